"""Campaign files on a disk: everything that is wrong at once, media inside the folder only, the campaign that ships."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from ruamel.yaml import YAML

from outreach import campaigns, slots
from outreach.campaigns.checking import Checked, check
from outreach.campaigns.problems import Problem
from outreach.errors import CampaignError
from tests.clips import clip

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "campaigns" / "safe-spaces-basra" / "campaign.yaml"

HEADER = """\
campaign: c
title: {ar: حملة}
channels: [basra-page, basra-instagram]
window: {from: 2026-11-25, to: 2026-12-10}
posts:
"""
POST = """\
  - id: a
    kind: awareness
    at: 2026-11-26 18:30
    channels: [basra-page]
    text: {ar: نص}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "campaign.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(CampaignError) as raised:
        campaigns.load(path)
    for problem in raised.value.problems:
        assert isinstance(problem, Problem)
        for arabic in (True, False):
            assert campaigns.word(problem, arabic=arabic)
    return raised.value.problems


def codes(path: Path) -> list[str]:
    return [problem.code for problem in problems(path)]


def picture(path: Path, size: tuple[int, int] = (400, 400), **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Pillow.new("RGB", size, "#0f5f69").save(path, **options)
    return path


def with_media(folder: Path, file: str) -> Path:
    return write(folder, HEADER + POST + f"    media: [{{file: '{file}', alt: {{ar: صورة}}}}]\n")


def test_a_good_file_becomes_a_frozen_campaign(tmp_path):
    campaign = campaigns.load(write(tmp_path, HEADER + POST))
    assert (campaign.campaign, campaign.posts[0].id, campaign.timezone) == ("c", "a", "Asia/Baghdad")
    with pytest.raises(ValueError, match="frozen"):
        campaign.posts[0].id = "b"


def test_every_problem_of_a_file_is_named_at_once_with_its_place(tmp_path):
    text = HEADER + (
        "  - id: a\n"
        "    kind: storyy\n"
        "    at: 2026-11-26 25:30\n"
        "    first_coment: {ar: x}\n"
        "    text: {ar: نص}\n"
        "  - id: b\n"
        "    kind: story\n"
        "    text: {}\n"
        "    on: {basra-tiktok: {txt: x}}\n"
        "    media: [{file: nowhere.jpg, alt: {ar: x}}]\n"
        "  - id: b\n"
        "    at: 2026-11-26 18:30\n"
        "    slots: [sun 10:00]\n"
        "    kind: notice\n"
        "    repeat: maybe\n"
        "    approvals: 9\n"
    )
    seen = [(each.line, each.column, each.field, each.code) for each in problems(write(tmp_path, text))]
    assert seen == [
        (7, 11, "posts[0].kind", "campaign.choice"),
        (8, 9, "posts[0].at", "campaign.time"),
        (9, 5, "posts[0].first_coment", "campaign.unknown_key_near"),
        (11, 5, "posts[1]", "campaign.no_time"),
        (11, 5, "posts[1].consent", "campaign.story_without_consent"),
        (13, 11, "posts[1].text", "campaign.no_language"),
        (14, 24, "posts[1].on.basra-tiktok", "campaign.unknown_channel"),
        (14, 25, "posts[1].on.basra-tiktok.txt", "campaign.unknown_key_near"),
        (15, 20, "posts[1].media[0].file", "media.missing"),
        (16, 5, "posts[2].text", "campaign.missing"),
        (16, 9, "posts[2].id", "campaign.repeated_id"),
        (18, 12, "posts[2].slots", "campaign.two_times"),
        (20, 13, "posts[2].repeat", "campaign.yes_no"),
        (21, 16, "posts[2].approvals", "campaign.number_range"),
    ]


def test_an_unknown_key_comes_with_the_one_that_was_meant(tmp_path):
    (problem,) = problems(write(tmp_path, HEADER + POST + "    max_latenes: 2h\n"))
    assert problem.params["suggestion"] == "max_lateness"
    assert "هل تقصد «max_lateness»" in campaigns.word(problem, arabic=True)


def test_a_header_and_its_posts_are_checked_together(tmp_path):
    text = (
        HEADER.replace("title: {ar: حملة}", "titel: {ar: حملة}").replace("2026-12-10", "2026-11-01")
        + POST
        + "    x: 1\n"
    )
    assert codes(write(tmp_path, text)) == ["campaign.missing", "campaign.unknown_key_near", "campaign.unknown_key"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- a\n- b\n", "campaign.mapping"),
        ("just words\n", "campaign.mapping"),
        (HEADER + "  - words\n", "campaign.mapping"),
        (HEADER.replace("posts:", "posts: 3"), "campaign.list"),
        (HEADER.replace("[basra-page, basra-instagram]", "[]"), "campaign.list_empty"),
        (HEADER.replace("to: 2026-12-10", "to: 2026-11-24") + POST, "campaign.ends_before_start"),
        (HEADER.replace("to: 2026-12-10", "to: 2028-12-10") + POST, "campaign.window_long"),
        (HEADER + POST.replace("id: a", "id: A b"), "campaign.form"),
        (HEADER + POST + "    link: http://example.org\n", "campaign.form"),
        (HEADER + POST + "    consent: 14\n", "campaign.form"),
        (HEADER + POST + "    utm: {sauce: x}\n", "campaign.utm_key"),
        (HEADER + POST + "    utm: {source: '{channel.__class__}'}\n", "campaign.utm_word"),
        (HEADER + POST.replace("[basra-page]", "[basra-page, basra-page]"), "campaign.repeated_channel"),
        (HEADER + POST.replace("{ar: نص}", "نص"), "campaign.mapping"),
        (
            HEADER + POST + "    event: {starts: 2026-11-30 18:00, ends: 2026-11-30 17:00}\n",
            "campaign.ends_before_start",
        ),
    ],
)
def test_each_mistake_has_its_own_message(tmp_path, text, code):
    assert code in codes(write(tmp_path, text))


def test_an_override_of_the_time_makes_no_sense_for_a_series(tmp_path):
    text = HEADER + POST.replace("at: 2026-11-26 18:30", "slots: [sun 10:00]")
    assert codes(write(tmp_path, text + "    on: {basra-page: {at: 2026-11-26 10:00}}\n")) == ["campaign.override_at"]


def test_a_missing_file_and_a_folder_are_problems_and_no_crash(tmp_path):
    assert codes(tmp_path / "nowhere.yaml") == ["file.missing"]
    assert codes(tmp_path) == ["file.missing"]


@pytest.mark.parametrize(
    "name", ["../secret.jpg", "/etc/passwd", "media/../../secret.jpg", "C:/x.jpg", r"..\\secret.jpg"]
)
def test_media_may_not_leave_the_folder(tmp_path, name):
    picture(tmp_path / "secret.jpg")
    (tmp_path / "c").mkdir()
    assert codes(with_media(tmp_path / "c", name)) == ["media.outside"]


def test_media_may_not_leave_the_folder_through_links(tmp_path):
    picture(tmp_path / "secret.jpg")
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / "file.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "up").symlink_to(tmp_path)
    assert codes(with_media(folder, "file.jpg")) == ["media.outside"]
    assert codes(with_media(folder, "up/secret.jpg")) == ["media.outside"]


def test_a_link_inside_the_folder_is_followed(tmp_path):
    picture(tmp_path / "media" / "a.jpg")
    (tmp_path / "b.jpg").symlink_to(tmp_path / "media" / "a.jpg")
    assert campaigns.load(with_media(tmp_path, "b.jpg")).source.images["b.jpg"].facts.width == 400


def test_a_pipe_in_the_place_of_an_image_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    assert codes(with_media(tmp_path, "pipe.jpg")) == ["media.missing"]


def test_an_image_that_does_not_open_is_named(tmp_path):
    whole = picture(tmp_path / "a.jpg").read_bytes()
    (tmp_path / "half.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.jpg").write_text("not an image")
    assert codes(with_media(tmp_path, "half.jpg")) == ["media.truncated"]
    assert codes(with_media(tmp_path, "text.jpg")) == ["media.unreadable"]


def test_a_picture_that_unpacks_to_too_many_pixels_is_refused(tmp_path):
    Pillow.new("1", (12_000, 12_000)).save(tmp_path / "bomb.png")
    assert codes(with_media(tmp_path, "bomb.png")) == ["media.pixels"]


def test_the_place_where_a_picture_was_taken_is_seen(tmp_path):
    exif = Pillow.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x8825] = {1: "N", 2: (30.0, 30.0, 0.0)}
    picture(tmp_path / "gps.jpg", exif=exif)
    assert campaigns.load(with_media(tmp_path, "gps.jpg")).source.images["gps.jpg"].facts.has_gps
    picture(tmp_path / "plain.jpg")
    assert not campaigns.load(with_media(tmp_path, "plain.jpg")).source.images["plain.jpg"].facts.has_gps


def test_other_bytes_under_the_same_name_change_the_hash(tmp_path):
    path = with_media(tmp_path, "a.jpg")
    hashes = set()
    for size in ((400, 400), (400, 420)):
        picture(tmp_path / "a.jpg", size)
        hashes.add(slots.plan(campaigns.load(path))[0].content_hash)
    assert len(hashes) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_bytes_make_loading_raise_anything_else(tmp_path, raw):
    path = tmp_path / "campaign.yaml"
    path.write_bytes(raw)
    assert codes(path)


WORDS = """campaign title timezone channels window defaults blackouts posts id kind at slots every text ar en media file
    alt on link first_comment event starts utm max_lateness repeat consent from to reason rrule languages x"""
KEYS = st.sampled_from(re.findall(r"\w+", WORDS))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "a",
            "story",
            "2026-11-26",
            "2026-11-26 18:30",
            "sun 18:30",
            "2h",
            "FREQ=DAILY",
            "CR-1",
            "https://x.org",
            "ar",
            ".",
        ]
    )
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(KEYS, TREES, max_size=10), st.dictionaries(KEYS, TREES, max_size=10))
def test_no_yaml_of_any_shape_makes_loading_raise_anything_else(tmp_path, header, post):
    path = tmp_path / "campaign.yaml"
    stream = io.BytesIO()
    YAML(typ="safe").dump({**header, "posts": [post, header.get("posts")]}, stream)
    path.write_bytes(stream.getvalue())
    assert problems(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_line_of_the_sample_is_a_problem_or_still_a_campaign(tmp_path, data):
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()[:60]
    number = data.draw(st.integers(0, len(lines) - 1))
    lines[number] = data.draw(
        st.sampled_from([lines[number][1:], lines[number] + ":", "\t" + lines[number], "", "- x"])
    )
    checked = check(write(tmp_path, "\n".join(lines)))
    for problem in checked.problems:
        assert campaigns.word(problem, arabic=True)


def test_check_plans_and_lints_and_never_raises(tmp_path):
    checked = check(write(tmp_path, HEADER + POST.replace("[basra-page]", "[basra-instagram]")))
    assert [problem.code for problem in checked.errors] == ["lint.instagram_no_image"]
    assert len(checked.planned) == 1
    assert not checked.usable
    broken = check(write(tmp_path, "x: ["))
    assert (broken.campaign, broken.planned) == (None, ())
    assert [problem.code for problem in broken.errors] == ["yaml.syntax"]


@pytest.fixture(scope="module")
def sample() -> Checked:
    return check(SAMPLE)


def test_the_sample_campaign_has_no_errors_and_only_known_warnings(sample):
    assert [problem.code for problem in sample.problems] == ["slots.blackout_skipped", "lint.placeholder_number"]
    assert sample.usable


def test_the_sample_campaign_is_a_whole_one(sample):
    posts = sample.campaign.posts
    assert len(posts) >= 30
    assert len({post.kind for post in posts}) == 7
    assert all(post.text.ar for post in posts)
    assert any(len(each.content.media) > 1 for each in sample.planned)
    assert any(each.content.link for each in sample.planned)
    assert any(not each.content.media for each in sample.planned)
    assert any(each.cancelled for each in sample.planned)


def test_the_sample_s_images_are_small_plain_jpegs_and_all_in_use(sample):
    images = sample.campaign.source.images
    assert {image.path for image in images.values()} == set((SAMPLE.parent / "media").glob("*.jpg"))
    for image in images.values():
        assert (image.facts.format, image.facts.mode, image.facts.width) == ("JPEG", "RGB", 1080)
        assert image.facts.height in {1080, 1350}
        assert image.facts.bytes < 250_000
        with Pillow.open(image.path) as opened:
            assert not opened.getexif()


def test_the_json_schema_is_fresh():
    written = (ROOT / "campaigns" / "campaign.schema.json").read_text(encoding="utf-8")
    assert written == campaigns.schema_json(), "write it again: make schema, or campaigns.schema_json()"


def test_the_sample_names_its_schema_for_editors():
    first = SAMPLE.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../campaign.schema.json"


def test_the_guide_s_example_is_a_campaign_that_loads(tmp_path):
    guide = (ROOT / "campaigns" / "README.md").read_text(encoding="utf-8")
    picture(tmp_path / "media" / "dialogue-ashar.jpg", (1080, 1350))
    (tmp_path / "media" / "call.mp4").write_bytes(clip())
    checked = check(write(tmp_path, "".join(re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL))))
    assert checked.problems == ()
    assert sorted(each.content.format for each in checked.planned) == ["feed", "feed", "feed", "reel"]


def test_the_guide_names_every_field_of_a_post():
    guide = (ROOT / "campaigns" / "README.md").read_text(encoding="utf-8")
    assert {
        name for name in campaigns.Post.model_fields if f"`{name}" not in guide and f"{name}:" not in guide
    } == set()


def test_a_post_holds_at_most_ten_images(tmp_path):
    picture(tmp_path / "a.jpg")
    media = "[" + "{file: a.jpg, alt: {ar: x}}, " * 11 + "]"
    assert codes(write(tmp_path, f"{HEADER}{POST}    media: {media}\n")) == ["campaign.list_long"]
    override = f"    on: {{basra-page: {{media: {media}}}}}\n"
    assert codes(write(tmp_path, HEADER + POST + override)) == ["campaign.list_long"]


def test_every_message_is_said_somewhere_and_every_code_has_a_message():
    package = ROOT / "outreach"
    files = [*(package / "campaigns").glob("*.py"), package / "slots.py", package / "lint.py"]
    files += [*(package / "pictures").glob("*.py")]
    source = "".join(path.read_text(encoding="utf-8") for path in files if path.name != "wording.py")
    spoken = set(re.findall(r'"((?:campaign|media|file|slots|lint|yaml)\.[a-z_]+)"', source)) - {"campaign.yaml"}
    assert spoken <= campaigns.MESSAGES.keys()
    silent = {
        code for code in campaigns.MESSAGES if f'"{code}"' not in source and f'"{code.partition(".")[2]}"' not in source
    }
    assert silent == set()
