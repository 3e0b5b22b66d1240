"""Settings from the environment (`OUTREACH_…`) and one TOML file; the only reader of both."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from outreach.errors import SettingProblem, SettingsError

PROJECT = Path(__file__).resolve().parent.parent
META_GRAPH = "https://graph.facebook.com"
META_INSTAGRAM = "https://graph.instagram.com"
META_RUPLOAD = "https://rupload.facebook.com"


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise PydanticCustomError("address", "should be an address that begins with http:// or https://")
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError):
        raise PydanticCustomError("time_zone", "should be a time zone such as Asia/Baghdad") from None
    return value


Address = Annotated[str, AfterValidator(_web_address)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Section(BaseModel):
    """A misspelt setting is refused like a wrong one: ignored, it would look as if it were set."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class MetaSettings(Section):
    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    instagram_app_secret: SecretStr = SecretStr("")
    verify_token: SecretStr = SecretStr("")
    graph_url: Address = META_GRAPH
    instagram_url: Address = META_INSTAGRAM
    rupload_url: Address = META_RUPLOAD
    connect_timeout: float = Field(10, gt=0, le=60)
    read_timeout: float = Field(60, gt=0, le=180)  #: with connecting, less than the leases of publishing


class MailSettings(Section):
    host: str = ""  #: empty: no mail is sent, and `doctor` says so
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = "outreach@localhost"


class WebSettings(Section):
    host: str = "127.0.0.1"
    port: int = Field(8400, ge=0, le=65535)
    base_url: Address = "http://127.0.0.1:8400"  #: as people and mails reach it
    session_hours: int = Field(12, ge=1, le=168)
    idle_minutes: int = Field(30, ge=5, le=720)
    digits: Literal["arabic", "latin"] = "latin"  #: numerals on Arabic pages


class MediaSettings(Section):
    public_base_url: Address = ""  #: where Meta fetches images for Instagram; empty: `web.base_url`


class PublishingSettings(Section):
    self_approval: bool = False  #: may who applied a campaign approve it?
    prepare_ahead_minutes: int = Field(30, ge=1, le=1200)  #: of a Page's posts
    containers_ahead_minutes: int = Field(1200, ge=1, le=1200)  #: of an account's; a container lives for a day
    entrust_ahead_hours: int = Field(24, ge=1, le=672)  #: handed to Meta's scheduler, where a channel is set to it
    spacing_seconds: int = Field(60, ge=0, le=3600)  #: least time between two posts on one channel


class SentimentSettings(Section):
    engine: Literal["linear", "camelbert"] = "linear"  #: camelbert: of camel-tools, where its data are installed


class ReviewSettings(Section):
    claim_minutes: int = Field(10, ge=1, le=120)
    undo_minutes: int = Field(10, ge=0, le=120)
    staffed_from: TimeOfDay = "08:00"
    staffed_until: TimeOfDay = "20:00"
    child_at_risk_pages: bool = True
    sample_size: int = Field(50, ge=0, le=500)  #: unflagged comments a week that people check


class RetentionSettings(Section):
    serious_days: int = Field(14, ge=1, le=90)  #: S0 and S1, after closure or dismissal
    other_days: int = Field(90, ge=1, le=365)


class DigestSettings(Section):
    recipients: list[str] = []
    languages: list[Literal["ar", "en"]] = ["ar", "en"]
    weekday: int = Field(6, ge=0, le=6)  #: Monday is 0; 6 is Sunday, the first working day in Iraq
    hour: int = Field(8, ge=0, le=23)


class Settings(BaseSettings):
    """Everything that can be set. `outreach doctor` shows what was read from where."""

    model_config = SettingsConfigDict(
        env_prefix="OUTREACH_", env_nested_delimiter="__", extra="forbid", hide_input_in_errors=True
    )

    data_dir: Path = Path("~/.local/share/outreach")
    key_dir: Path = Path("~/.config/outreach")
    database_url: SecretStr = SecretStr("")  #: empty: SQLite in data_dir
    #: what tells this machine from others; in a container, a file that outlives it
    host_id_file: Path = Path("/etc/machine-id")
    models_dir: Path = PROJECT / "models"
    model: str = "comments-1"
    language: Literal["ar", "en"] = "ar"
    timezone: TimeZone = "Asia/Baghdad"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    heartbeat_url: Address = ""  #: pinged each minute, only while loops, mail and clock are healthy
    meta: MetaSettings = MetaSettings()
    mail: MailSettings = MailSettings()
    web: WebSettings = WebSettings()
    media: MediaSettings = MediaSettings()
    publishing: PublishingSettings = PublishingSettings()
    sentiment: SentimentSettings = SentimentSettings()
    review: ReviewSettings = ReviewSettings()
    retention: RetentionSettings = RetentionSettings()
    digest: DigestSettings = DigestSettings()

    @field_validator("data_dir", "key_dir", "models_dir", "host_id_file")
    @classmethod
    def _expand(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @property
    def database(self) -> str:
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir / 'outreach.db'}"

    @property
    def media_base_url(self) -> str:
        return (self.media.public_base_url or self.web.base_url).rstrip("/")

    @property
    def is_meta(self) -> bool:
        """Whether every Graph host is Meta's own, and reached by https: tokens go there."""
        used = (self.meta.graph_url, self.meta.instagram_url, self.meta.rupload_url)
        return tuple(url.rstrip("/") for url in used) == (META_GRAPH, META_INSTAGRAM, META_RUPLOAD)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=_file())


def load(**overrides: object) -> Settings:
    """Raises SettingsError that names each wrong setting, what was read (unless it is a secret) and what is allowed."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        problems = tuple(_problem(item) for item in error.errors(include_url=False))
        raise SettingsError(problems=problems) from None
    except (ValueError, OSError) as error:
        raise SettingsError("settings.unreadable", file=str(_file()), error=type(error).__name__) from None


def preferred_language() -> str:
    """For messages before any settings are read: what the environment asks for, else Arabic."""
    wanted = os.environ.get("OUTREACH_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if wanted.lower().startswith("en") else "ar"


def _file() -> Path:
    return Path(os.environ.get("OUTREACH_CONFIG", "outreach.toml"))


def _problem(item: Mapping[str, Any]) -> SettingProblem:
    where = ".".join(str(part) for part in item["loc"])
    return SettingProblem(where, _shown(where, item), item["type"], item["msg"], item.get("ctx", {}))


def _shown(where: str, item: Mapping[str, Any]) -> str:
    """What was read, unless it may be a secret: by its name, as a whole section, or under a name we do not know."""
    value = item.get("input")
    secret = any(word in where for word in ("secret", "password", "token", "user", "heartbeat_url", "database_url"))
    plain = value is None or isinstance(value, str | int | float | bool)
    whole_section = item["type"] in {"extra_forbidden", "model_type"}
    return "(not shown)" if secret or whole_section or not plain else repr(value)
