"""Builds what each process needs from an open installation. Imports of heavy parts wait until a part is asked for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from outreach import settings as settings_module
from outreach.clock import Clock, Drift
from outreach.errors import MetaError, ModelError, VaultError
from outreach.installation import Opened, open_installation
from outreach.media import MediaStore
from outreach.settings import Settings
from outreach.states import ChannelKind, Mode

if TYPE_CHECKING:
    import requests

    from outreach.channels import MetaApp
    from outreach.comments import Reader
    from outreach.engagement import Gauge
    from outreach.mail import SmtpMailer
    from outreach.meta import protocol
    from outreach.meta.graph import GraphClient
    from outreach.meta.usage import Usage
    from outreach.notices import Courier
    from outreach.publishing import Desk
    from outreach.tables import Channel


def open(*, settings: Settings | None = None, clock: Clock | None = None) -> Opened:  # noqa: A001  wiring.open reads well
    """Read the settings and open the installation that they name."""
    return open_installation(settings or settings_module.load(), clock=clock)


class Worker:
    """The parts of one process over one installation, each built when first asked for."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.drift = Drift(opened.clock)
        self.stopping = threading.Event()  #: what takes long breaks off where it can go on later
        self._usage: dict[str, Usage] = {}
        self._sessions = threading.local()

    @property
    def settings(self) -> Settings:
        return self.opened.settings

    @cached_property
    def desk(self) -> Desk:
        from outreach.publishing import Desk

        wanted = self.settings.publishing
        return Desk(
            self.opened.database,
            self.opened.clock,
            self.open_channel,
            self.media,
            self.settings.media_base_url,
            prepare_ahead=timedelta(minutes=wanted.prepare_ahead_minutes),
            containers_ahead=timedelta(minutes=wanted.containers_ahead_minutes),
            entrust_ahead=timedelta(hours=wanted.entrust_ahead_hours),
            spacing=timedelta(seconds=wanted.spacing_seconds),
            has_room=self.has_room,
            stopping=self.stopping.is_set,
        )

    @cached_property
    def reader(self) -> Reader:
        from outreach.comments import Reader

        return Reader(
            self.opened.database,
            self.opened.clock,
            self.open_channel,
            self.usage_of,
            lambda: self.classifier,
            timedelta(days=self.settings.retention.other_days),
            self.settings.timezone,
        )

    @cached_property
    def gauge(self) -> Gauge:
        from outreach.engagement import Gauge

        return Gauge(self.opened.database, self.opened.clock, self.open_channel)

    @cached_property
    def media(self) -> MediaStore:
        return MediaStore(self.settings.data_dir / "media")

    @cached_property
    def mailer(self) -> SmtpMailer:
        from outreach.mail import SmtpMailer

        return SmtpMailer(self.settings.mail)

    @cached_property
    def courier(self) -> Courier:
        from outreach.notices import Courier
        from outreach.pushing import Push

        return Courier(self.mailer, Push(sandbox=self.opened.mode is Mode.SANDBOX))

    @cached_property
    def classifier(self) -> Any:
        """The model in use; a missing one scores nothing, which raises priority."""
        from outreach import classifier

        try:
            return classifier.in_use(self.settings)
        except ModelError as error:
            return _NoModel(error)

    @cached_property
    def meta_app(self) -> MetaApp:
        from outreach.channels import MetaApp

        wanted = self.settings.meta
        return MetaApp(
            wanted.app_id,
            wanted.app_secret.get_secret_value(),
            self.open_graph,
            f"{self.settings.media_base_url}/webhooks/meta",
            wanted.verify_token.get_secret_value(),
        )

    def open_graph(self, token: str | None) -> GraphClient:
        from outreach.meta.graph import GraphClient

        wanted = self.settings.meta
        return GraphClient(
            token,
            app_secret=wanted.app_secret.get_secret_value() or None,
            base_url=wanted.graph_url,
            timeout=(wanted.connect_timeout, wanted.read_timeout),
            session=self._session(),
        )

    def open_channel(self, channel: Channel) -> protocol.Channel:
        """Raises MetaError, before any call, for a channel without a readable token or one that Meta throttles."""
        from outreach.meta.channels import GraphHosts, open_channel

        token = _token_of(channel)
        usage = self.usage_of(channel)
        self._refuse_throttled(channel, usage)
        wanted = self.settings.meta
        return open_channel(
            ChannelKind(channel.kind),
            channel.remote_id,
            token,
            app_secret=wanted.app_secret.get_secret_value() or None,
            hosts=GraphHosts(wanted.graph_url, wanted.instagram_url, wanted.rupload_url),
            on_response=usage.on_response,
            on_error=lambda error: self._note(error, usage),
            page_id=channel.page_id,
            timeout=(wanted.connect_timeout, wanted.read_timeout),
            session=self._session(),
            stopping=self.stopping.is_set,
        )

    def has_room(self, channel: Channel) -> bool:
        """Whether calls that nothing hurries may be made now: above 80 % of a limit, few are (graph-api.md §8)."""
        return self.usage_of(channel).may_call(self.opened.clock.now())

    def _note(self, error: MetaError, usage: Usage) -> None:
        """A throttle pauses what it covers: one channel, or all of the app's."""
        from outreach.meta.usage import APP_LIMIT

        covered = self._usage_of_app if error.graph_code == APP_LIMIT else usage
        covered.note(error, self.opened.clock.now())

    @cached_property
    def _usage_of_app(self) -> Usage:
        from outreach.meta.usage import Usage

        return Usage(self.opened.clock)

    def usage_of(self, channel: Channel) -> Usage:
        """How near the channel is to Meta's limits, as this process knows."""
        from outreach.meta.usage import Usage

        return self._usage.setdefault(channel.id, Usage(self.opened.clock))

    def _refuse_throttled(self, channel: Channel, usage: Usage) -> None:
        """Calls while throttled only lengthen the wait (graph-api.md §8)."""
        now = self.opened.clock.now()
        waits = [until for each in (usage, self._usage_of_app) if (until := each.throttled_until(now))]
        if waits:
            until = max(waits)
            raise MetaError("meta.throttled", retry_after=(until - now).total_seconds(), channel=channel.name)

    def _session(self) -> requests.Session:
        """One per thread: connections are kept alive, and a Session is not made for sharing."""
        from urllib.request import getproxies

        import requests

        if not hasattr(self._sessions, "session"):
            session = requests.Session()
            # What the environment says of proxies is read once: by default each call reads it all anew.
            session.proxies.update(getproxies())
            session.trust_env = False
            self._sessions.session = session
        found: requests.Session = self._sessions.session
        return found


def _token_of(channel: Channel) -> str:
    """A token that cannot be opened is none: what waits for the channel then goes to a person like any refusal."""
    with suppress(VaultError):
        if channel.token is not None:
            return channel.token
    raise MetaError("channel.no_token", permanent=True, channel=channel.name)


class _NoModel:
    """Stands where no model could be loaded: whoever asks it learns why, and the comment counts as not scored."""

    def __init__(self, error: ModelError) -> None:
        self.error = error

    def classify(self, texts: Sequence[str], *, attachments: Sequence[bool] | None = None) -> Any:  # noqa: ARG002
        raise self.error
