"""From the folder to the feed: images of any kind become legal pictures, are shown, approved, and published as such."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from sqlalchemy import select

from outreach import campaigns, planning, publishing
from outreach.errors import ConflictError
from outreach.states import Outcome, PublicationStatus, Role
from outreach.tables import Medium, Publication, PublishAttempt
from outreach.wording import word
from tests.factories import make_user
from tests.integration.conftest import CAMPAIGN, Stage
from tests.posting import publish
from tests.unit.pictures.drawing import exif, noise, quarters, saved

S = PublicationStatus
POST = """
  - id: mixed
    kind: awareness
    at: 2026-11-26 12:30
    text: {ar: صور من الحوار}
    media:
"""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No statement here is one of its own: test_publishing runs on both."""
    return sqlite_url


def put(stage: Stage, **files: bytes) -> None:
    for name, data in files.items():
        (stage.folder / name.replace("_", ".")).write_bytes(data)


def read(stage: Stage, *media: str, post: str = POST) -> campaigns.Campaign:
    path = stage.folder / "test.yaml"
    listed = "".join(f"      - {{{medium}, alt: {{ar: صورة}}}}\n" for medium in media)
    path.write_text(CAMPAIGN.format(name="test", posts=post + listed))
    return campaigns.load(path)


def apply(stage: Stage, *media: str, post: str = POST) -> planning.Plan:
    file = read(stage, *media, post=post)
    return planning.apply(stage.database, file, stage.worker.media, user_id=None, now=stage.clock.now())


def approve(stage: Stage) -> tuple[str, ...]:
    with stage.database.write() as session:
        approver = make_user(session, Role.APPROVER)
    return planning.approve(stage.database, "test", user_id=approver.id, now=stage.clock.now())


def rows(stage: Stage) -> dict[str, Publication]:
    with stage.database.read() as session:
        found = session.scalars(select(Publication))
        return {row.channel.name: row for row in found}


def run(stage: Stage, rounds: int = 6) -> None:
    for _ in range(rounds):
        publish(stage)
        stage.jump(minutes=7)


def shown(plan: planning.Plan, channel: str, language: str = "en") -> list[str]:
    return [
        f"{each.file}: " + "; ".join(word(done.code, done.params, language=language) for done in each.done)
        for each in plan.pictures
        if each.channel == channel
    ]


def sent(stage: Stage, channel: str) -> Iterator[Image.Image]:
    """The pictures of a channel's post, from our copies: what approved rows name."""
    for item in rows(stage)[channel].content["media"]:
        yield Image.open(io.BytesIO(stage.worker.media.path(item["sha256"]).read_bytes()))


def test_png_webp_and_heic_go_out_on_page_and_account_as_legal_jpegs(stage: Stage) -> None:
    put(
        stage,
        a_png=saved(quarters((640, 640)).convert("RGBA"), "PNG"),
        b_webp=saved(quarters((1500, 1500)), "WEBP"),
        c_heic=saved(quarters((2100, 2100)), "HEIF", exif=exif(gps=True).tobytes()),
        d_jpg=saved(quarters((640, 640)).convert("CMYK")),
    )
    plan = apply(stage, "file: a.png", "file: b.webp", "file: c.heic", "file: d.jpg")
    assert [each.split(", ")[0] for each in shown(plan, "page")] == [
        "a.png: PNG 640×640 → JPEG 640×640",
        "b.webp: WebP 1500×1500 → JPEG 1500×1500",
        "c.heic: HEIC 2100×2100 → JPEG 2048×2048",
        "d.jpg: JPEG 640×640 → JPEG 640×640",
    ]
    assert "the place where it was taken is removed" in shown(plan, "insta")[2]
    assert "JPEG بقياس 1440×1440" in shown(plan, "insta", "ar")[2]
    assert approve(stage) == ("mixed",)
    run(stage)
    assert {name: row.status for name, row in rows(stage).items()} == {"page": S.PUBLISHED, "insta": S.PUBLISHED}
    state = stage.state()
    assert [len(each["photos"]) for each in state["posts"]] == [4]
    for channel, side in (("page", 2048), ("insta", 1440)):
        for picture in sent(stage, channel):
            assert (picture.format, picture.mode, max(picture.size) <= side) == ("JPEG", "RGB", True)
            assert not picture.getexif()


def test_a_jpeg_that_is_legal_is_stored_as_it_is_and_once_for_both(stage: Stage) -> None:
    raw = saved(noise((1080, 1350)))
    put(stage, a_jpg=raw)
    plan = apply(stage, "file: a.jpg")
    assert shown(plan, "page") == shown(plan, "insta") == ["a.jpg: as it is"]
    shas = {row.content["media"][0]["sha256"] for row in rows(stage).values()}
    assert [stage.worker.media.path(sha).read_bytes() for sha in shas] == [raw]
    with stage.database.read() as session:
        (medium,) = session.scalars(select(Medium))
    assert (medium.file_name, medium.width, medium.height, medium.bytes) == ("a.jpg", 1080, 1350, len(raw))


def test_applying_again_makes_the_same_pictures_so_approvals_stay(stage: Stage) -> None:
    put(stage, a_webp=saved(noise((900, 1200)), "WEBP"))
    apply(stage, "file: a.webp")
    approve(stage)
    from outreach.planning import picturing

    picturing._made.cache_clear()
    assert apply(stage, "file: a.webp").is_empty
    assert {row.status for row in rows(stage).values()} == {S.SCHEDULED}


def test_another_crop_or_another_image_voids_the_approval_and_the_plan_shows_it(stage: Stage) -> None:
    put(stage, a_png=saved(quarters((800, 1600)), "PNG"))
    apply(stage, "file: a.png, crop: top")
    approve(stage)
    plan = apply(stage, "file: a.png, crop: bottom")
    (change,) = plan.of(planning.ChangeKind.CHANGE)
    assert (change.channel, change.fields) == ("insta", ("media",))
    assert "38 % of its height is cut away" in shown(plan, "insta")[0]
    assert {row.status for row in rows(stage).values()} == {S.DRAFT}
    approve(stage)
    put(stage, a_png=saved(quarters((900, 1600)), "PNG"))
    now = stage.clock.now()
    plan = planning.compare(stage.database, read(stage, "file: a.png, crop: bottom"), now=now)
    assert {change.channel: change.fields for change in plan.of(planning.ChangeKind.CHANGE)} == {
        "page": ("media",),
        "insta": ("media",),
    }


def test_what_changes_in_the_folder_after_apply_does_not_go_out(stage: Stage) -> None:
    put(stage, a_png=saved(Image.new("RGB", (600, 600), "red"), "PNG"))
    apply(stage, "file: a.png")
    approve(stage)
    put(stage, a_png=saved(Image.new("RGB", (600, 600), "blue"), "PNG"))
    run(stage)
    assert {row.status for row in rows(stage).values()} == {S.PUBLISHED}
    for channel in ("page", "insta"):
        (picture,) = sent(stage, channel)
        assert picture.getpixel((300, 300))[0] > 200


def test_an_image_that_changes_between_check_and_apply_is_refused(stage: Stage) -> None:
    put(stage, a_png=saved(noise((600, 600)), "PNG"))
    file = read(stage, "file: a.png")
    put(stage, a_png=saved(quarters((600, 600)), "PNG"))
    with pytest.raises(ConflictError, match=r"plan\.image_changed"):
        planning.apply(stage.database, file, stage.worker.media, user_id=None, now=stage.clock.now())
    assert rows(stage) == {}


def test_a_shape_that_the_account_does_not_take_is_refused_in_the_plan_and_nothing_is_applied(stage: Stage) -> None:
    put(stage, a_png=saved(quarters((800, 1600)), "PNG"))
    plan = planning.compare(stage.database, read(stage, "file: a.png"), now=stage.clock.now())
    (change,) = plan.refused
    assert (change.channel, change.reason) == ("insta", "picture.shape")
    for language in ("ar", "en"):
        said = word(change.reason, change.params, language=language)
        assert "a.png" in said
        assert "crop: center" in said
    with pytest.raises(ConflictError, match=r"plan\.refused"):
        apply(stage, "file: a.png")
    assert rows(stage) == {}


@pytest.mark.parametrize("damage", ["media.lost", "media.damaged"])
def test_a_copy_that_is_lost_or_damaged_fails_the_post_by_name_until_it_is_applied_again(
    stage: Stage, damage: str
) -> None:
    put(stage, a_png=saved(quarters((600, 600)), "PNG"))
    apply(stage, "file: a.png")
    approve(stage)
    for copy in stage.worker.media.folder.iterdir():
        if damage == "media.lost":
            copy.unlink()
        else:
            copy.write_bytes(saved(noise((600, 600))))
    run(stage, 1)
    for row in rows(stage).values():
        assert (row.status, row.error_code, row.error_params) == (S.FAILED, damage, {"file": "a.png"})
        assert "a.png" in word(damage, row.error_params, language="ar")
    assert stage.visible() == []
    assert apply(stage, "file: a.png").is_empty  # nothing has changed, and the copies are back
    with stage.database.write() as session:
        person = make_user(session, Role.APPROVER).id
    for row in rows(stage).values():
        now = stage.clock.now()
        publishing.decide(stage.database, row.id, publishing.Choice.PUBLISH_NOW, user_id=person, now=now)
    run(stage, 4)
    assert stage.visible() == ["صور من الحوار"] * 2


def test_a_copy_that_is_lost_after_release_does_not_stop_reading_back(stage: Stage) -> None:
    put(stage, a_png=saved(quarters((600, 600)), "PNG"))
    apply(stage, "file: a.png", post=POST.replace("    text:", "    channels: [page]\n    text:"))
    approve(stage)
    publish(stage)
    stage.jump(minutes=31)
    stage.fault("reset_after", path=r".*/\d+_\d+$")
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.release_due(desk))
    assert rows(stage)["page"].status == S.UNKNOWN
    for copy in stage.worker.media.folder.iterdir():
        copy.unlink()
    run(stage, 3)
    assert (rows(stage)["page"].status, stage.visible()) == (S.PUBLISHED, ["صور من الحوار"])


@pytest.mark.parametrize(
    ("channel", "path", "step"), [("insta", ".*/media$", "child-1"), ("page", ".*/photos$", "photo-1")]
)
def test_one_refused_picture_stops_the_whole_post_and_is_named(
    stage: Stage, channel: str, path: str, step: str
) -> None:
    put(stage, a_png=saved(quarters((600, 600)), "PNG"), b_png=saved(noise((600, 600)), "PNG"))
    apply(stage, "file: a.png", "file: b.png", post=POST.replace("    text:", f"    channels: [{channel}]\n    text:"))
    approve(stage)
    stage.fault("error", path=path, skip=1, times=9, error={"code": 36003, "error_subcode": 2207009}, status=400)
    run(stage, 4)
    row = rows(stage)[channel]
    assert (row.status, row.error_params["file"]) == (S.FAILED, "b.png")
    assert stage.visible() == []
    for language in ("ar", "en"):
        said = word(str(row.error_code), row.error_params, language=language)
        assert "b.png" in said
        assert "1.91:1" in said
    with stage.database.read() as session:
        failed = session.scalars(select(PublishAttempt).where(PublishAttempt.outcome == Outcome.FAILED)).all()
    assert {(each.step, each.error_params["file"]) for each in failed} == {(step, "b.png")}


def test_a_carousel_s_item_that_meta_cannot_use_afterwards_is_named_too(stage: Stage) -> None:
    put(stage, a_png=saved(quarters((600, 600)), "PNG"), b_png=saved(noise((600, 600)), "PNG"))
    apply(stage, "file: a.png", "file: b.png", post=POST.replace("    text:", "    channels: [insta]\n    text:"))
    approve(stage)
    stage.fault("container_error", path=".*/media$", skip=1, subcode=2207009)
    run(stage, 4)
    row = rows(stage)["insta"]
    assert (row.status, row.error_code, row.error_params["file"]) == (S.FAILED, "meta.media_refused", "b.png")
    assert stage.visible() == []


def test_an_image_that_meta_could_not_fetch_is_offered_again_in_a_new_container(stage: Stage) -> None:
    put(stage, a_png=saved(quarters((600, 600)), "PNG"))
    apply(stage, "file: a.png", post=POST.replace("    text:", "    channels: [insta]\n    text:"))
    approve(stage)
    stage.fault("container_error", path=".*/media$", subcode=2207052)
    publish(stage)
    row = rows(stage)["insta"]
    assert (row.status, row.error_code, row.parts) == (S.SCHEDULED, "meta.media_unreachable", {})
    run(stage)
    assert (rows(stage)["insta"].status, stage.visible()) == (S.PUBLISHED, ["صور من الحوار"])
