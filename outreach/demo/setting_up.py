"""A temporary installation with channels, people and the sample campaign, all on the sandbox."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from outreach import accounts, channels, consents, installation, planning, settings
from outreach.campaigns.checking import check
from outreach.clock import SteppedClock
from outreach.errors import CampaignError
from outreach.mail import compose
from outreach.sandbox.server import SandboxServer
from outreach.settings import PROJECT
from outreach.states import ChannelKind, ChannelMode, Mode, Role
from outreach.tables import User
from outreach.wiring import Worker

CAMPAIGN = PROJECT / "campaigns" / "safe-spaces-basra" / "campaign.yaml"
START = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  #: eight in the morning in Basra, the day before the campaign
NAMES = {ChannelKind.FACEBOOK_PAGE: "basra-page", ChannelKind.INSTAGRAM_ACCOUNT: "basra-instagram"}
PEOPLE = (
    ("comms", "زهراء — الإعلام", (Role.COMMUNICATIONS,)),
    ("approver", "أم علي — الموافقات", (Role.APPROVER,)),
    ("moderator", "نور — المراجعة", (Role.MODERATOR,)),
    ("focal", "هدى — الحماية", (Role.FOCAL_POINT,)),
    ("psea", "سعاد — منع الاستغلال", (Role.PSEA_FOCAL_POINT,)),
    ("lead", "د. ميسون — إدارة البرنامج", (Role.LEAD, Role.ADMIN)),
)


class Outbox:
    """A mailer that writes each mail into a folder, since the demo has no mail server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent = 0

    def send(
        self, to: str, subject: str, text: str, html: str | None = None, *, images: Mapping[str, bytes] | None = None
    ) -> None:
        self.folder.mkdir(exist_ok=True)
        self.sent += 1
        message = compose("outreach@localhost", to, subject, text, html, images=images or {})
        (self.folder / f"{self.sent:04d}.eml").write_bytes(bytes(message))

    def check(self) -> None:
        pass


class DemoWorker(Worker):
    """A worker whose mails go into the outbox."""

    def __init__(self, opened: installation.Opened, outbox: Outbox) -> None:
        super().__init__(opened)
        self.outbox = outbox

    @property
    def mailer(self) -> Outbox:  # type: ignore[override]  # stands in for SMTP
        return self.outbox


@dataclass
class Scene:
    """Everything that the demo runs on."""

    sandbox: SandboxServer
    worker: DemoWorker
    clock: SteppedClock
    people: dict[str, User]
    password: str = field(repr=False)

    @property
    def opened(self) -> installation.Opened:
        return self.worker.opened


def set_up(folder: Path, sandbox: SandboxServer, *, port: int, database_url: str) -> Scene:
    clock = SteppedClock(START)
    used = _settings(folder, sandbox, port=port, database_url=database_url)
    opened = installation.init(used, Mode.SANDBOX, clock=clock)
    worker = DemoWorker(opened, Outbox(folder / "mail"))
    password = secrets.token_urlsafe(9)
    people = {login: _person(opened, login, name, roles, password) for login, name, roles in PEOPLE}
    scene = Scene(sandbox, worker, clock, people, password)
    _add_channels(scene)
    _apply_campaign(scene)
    return scene


def _settings(folder: Path, sandbox: SandboxServer, *, port: int, database_url: str) -> settings.Settings:
    address = f"http://127.0.0.1:{port}"
    return settings.load(
        data_dir=folder / "data",
        key_dir=folder / "keys",
        database_url=database_url,
        meta={
            "app_id": sandbox.app_id,
            "app_secret": sandbox.app_secret,
            "verify_token": sandbox.verify_token,
            "graph_url": sandbox.base_url,
            "instagram_url": sandbox.base_url,
            "rupload_url": sandbox.base_url,
        },
        web={"host": "127.0.0.1", "port": port, "base_url": address},
        digest={"recipients": ["lead@example.org"]},
        mail={"host": ""},
        heartbeat_url="",
    )


def _person(opened: installation.Opened, login: str, name: str, roles: tuple[Role, ...], password: str) -> User:
    return accounts.create_user(
        opened.database,
        login=login,
        display_name=name,
        roles=[role.value for role in roles],
        password=password,
        language="ar",
        email=f"{login}@example.org",
        now=opened.clock.now(),
        demo=True,
    )


def _add_channels(scene: Scene) -> None:
    now = scene.clock.now()
    app = scene.worker.meta_app
    found = channels.discover(app, scene.sandbox.user_token, now=now)
    admin = scene.people["lead"].id
    for candidate in found.candidates:
        name = NAMES[candidate.kind]
        channels.add(scene.opened.database, app, candidate, name, mode=ChannelMode.LIVE, user_id=admin, now=now)


def _apply_campaign(scene: Scene) -> None:
    """As the team would: consents first, then apply by one person, approval by another."""
    now = scene.clock.now()
    checked = check(CAMPAIGN, kinds={name: kind for kind, name in NAMES.items()})
    if checked.campaign is None or checked.errors:
        raise CampaignError(checked.problems)
    comms, approver = scene.people["comms"].id, scene.people["approver"].id
    for reference in sorted({each.consent for each in checked.planned if each.consent}):
        terms = consents.Terms(consents.PLATFORMS, name=False)
        until = now + timedelta(days=365)
        consents.add(scene.opened.database, reference, terms, until=until, user_id=comms, now=now)
    database = scene.opened.database
    planning.apply(database, checked.campaign, scene.worker.media, user_id=comms, now=now)
    planning.approve(database, checked.campaign.campaign, user_id=approver, now=now)
