from __future__ import annotations

from pathlib import Path

import pytest

from outreach import settings
from outreach.errors import SettingsError

CANARY = "CANARY-s3cret"


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "outreach.toml"
    monkeypatch.setenv("OUTREACH_CONFIG", str(path))
    return path


def problem(**given: object) -> str:
    with pytest.raises(SettingsError) as caught:
        settings.load(**given)
    return str(caught.value)


def test_nothing_set_is_sqlite_at_home_in_basra_in_arabic() -> None:
    used = settings.load()
    assert used.database == f"sqlite:///{used.data_dir / 'outreach.db'}"
    assert (used.timezone, used.language, used.is_meta) == ("Asia/Baghdad", "ar", True)


def test_the_environment_goes_before_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('language = "en"\n[web]\nport = 9000\n')
    assert (settings.load().language, settings.load().web.port) == ("en", 9000)
    monkeypatch.setenv("OUTREACH_WEB__PORT", "9001")
    assert settings.load().web.port == 9001


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("language = 'fr'", ("language", "'fr'", "'ar' or 'en'")),
        ("timezone = 'Mars/Base'", ("timezone", "'Mars/Base'", "Asia/Baghdad")),
        ("heartbeat_url = 'ping.example'", ("heartbeat_url", "https://")),
        ("[web]\nport = 70000", ("web.port", "70000", "65535")),
        ("[web]\nbase_url = 'outreach.example'", ("web.base_url", "'outreach.example'", "https://")),
        ("[review]\nstaffed_from = '25:00'", ("review.staffed_from", "'25:00'", "pattern")),
        ("[digest]\nlanguages = ['ku']", ("digest.languages.0", "'ku'", "'ar' or 'en'")),
        ("[mail]\nsecurity = 'ssl'", ("mail.security", "'ssl'", "'starttls'")),
        ("[retention]\nother_days = 4000", ("retention.other_days", "4000", "365")),
        ("[meta]\nread_timeout = 900", ("meta.read_timeout", "900", "180")),
    ],
)
def test_a_wrong_value_says_which_what_was_read_and_what_is_allowed(
    file: Path, line: str, words: tuple[str, ...]
) -> None:
    file.write_text(line)
    said = problem()
    assert all(word in said for word in words), said


def test_all_wrong_values_are_named_at_once(file: Path) -> None:
    file.write_text("language = 'fr'\n[web]\nport = 0.5\n[mail]\nport = 'x'\n")
    said = problem()
    assert all(name in said for name in ("language", "web.port", "mail.port"))


@pytest.mark.parametrize(
    "text",
    [
        f"passwort = '{CANARY}'",
        f"[mail]\npasword = '{CANARY}'",
        f"[meta]\napp_secret = ['{CANARY}']",
        f"[meta]\nverify_token = {{x = '{CANARY}'}}",
        f"meta = '{CANARY}'\ndatabase_url = ['{CANARY}']",
        f"meta = ['{CANARY}']",
        f"[mail]\nuser = ['{CANARY}']",
        f"heartbeat_url = 'nowhere/{CANARY}'",
        f"key = '{CANARY}\n",
    ],
)
def test_a_secret_is_shown_by_no_error(file: Path, text: str) -> None:
    file.write_text(text)
    assert CANARY not in problem()


def test_a_secret_in_the_environment_is_shown_by_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_META", '{"app_secret": "' + CANARY)
    assert CANARY not in problem()
    monkeypatch.setenv("OUTREACH_META", f'["{CANARY}"]')
    assert CANARY not in problem()


def test_secrets_are_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_META__APP_SECRET", CANARY)
    monkeypatch.setenv("OUTREACH_DATABASE_URL", f"postgresql+psycopg://u:{CANARY}@h/d")
    used = settings.load()
    assert CANARY in used.database
    assert CANARY not in f"{used} {used!r} {used.meta!r}"


@pytest.mark.parametrize(
    "url", ["http://graph.facebook.com", "https://graph.facebook.com@evil.example", "https://graph.facebook.com.evil"]
)
def test_only_metas_own_addresses_over_https_are_meta(url: str) -> None:
    assert settings.load(meta={"graph_url": settings.META_GRAPH + "/"}).is_meta
    assert not settings.load(meta={"graph_url": url}).is_meta
