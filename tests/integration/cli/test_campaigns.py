"""Plan and check on the command line: what becomes of each image, and what cannot become anything."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from outreach.cli import campaigns
from outreach.states import ChannelKind
from tests.factories import make_channel
from tests.integration.cli.test_review import Desk, desk
from tests.unit.pictures.drawing import noise, quarters, saved

__all__ = ["desk"]


@pytest.fixture
def folder(desk: Desk) -> Desk:
    """A campaign with three images of other kinds, on a Page and an account."""
    with desk.opened.database.write() as session:
        make_channel(session, name="page")
        make_channel(session, name="insta", kind=ChannelKind.INSTAGRAM_ACCOUNT)
    day = (desk.opened.clock.now() + timedelta(days=2)).date()
    (desk.folder / "photo.webp").write_bytes(saved(quarters((4000, 3000)), "WEBP", quality=5))
    (desk.folder / "card.png").write_bytes(saved(quarters((1000, 1500)), "PNG"))
    (desk.folder / "ready.jpg").write_bytes(saved(quarters((1080, 1080))))
    (desk.folder / "campaign.yaml").write_text(f"""
campaign: pictures
title: {{ar: صور}}
channels: [page, insta]
window: {{from: {day}, to: {day}}}
posts:
  - id: one
    kind: awareness
    at: {day} 18:30
    text: {{ar: نص}}
    media:
      - {{file: photo.webp, alt: {{ar: صورة}}}}
      - {{file: card.png, alt: {{ar: صورة}}, crop: top}}
      - {{file: ready.jpg, alt: {{ar: صورة}}}}
""")
    return desk


def test_a_plan_says_what_becomes_of_each_image(folder: Desk) -> None:
    said = folder.run(campaigns.app, "plan", str(folder.folder / "campaign.yaml")).output
    assert "photo.webp on page: WebP 4000×3000 → JPEG 2048×1536, " in said
    assert "photo.webp on insta: WebP 4000×3000 → JPEG 1440×1080, " in said
    assert "card.png on insta: PNG 1000×1500 → JPEG 1000×1250, " in said
    assert "17 % of its height is cut away" in said
    assert "Images that go out as they are: 1" in said


def test_a_plan_says_it_in_arabic_and_for_programs(folder: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_LANGUAGE", "ar")
    file = str(folder.folder / "campaign.yaml")
    assert "تُقص 17٪ من الارتفاع" in folder.run(campaigns.app, "plan", file).output
    rows = json.loads(folder.run(campaigns.app, "plan", file, "--json").stdout)
    (row,) = [row for row in rows if row["channel"] == "insta"]
    assert set(row["pictures"]) == {"photo.webp", "card.png", "ready.jpg"}
    assert row["pictures"]["ready.jpg"] == "كما هي"


def test_check_lists_every_bad_image_with_its_line_and_what_to_do(folder: Desk) -> None:
    (folder.folder / "photo.webp").write_bytes(saved(quarters((800, 800)), "PNG"))
    (folder.folder / "card.png").write_bytes(saved(noise((800, 800)), "PNG")[:9000])
    (folder.folder / "ready.jpg").write_bytes(b"no image")
    said = folder.run(campaigns.app, "check", str(folder.folder / "campaign.yaml"))
    assert said.exit_code == 1
    lines = said.output.splitlines()
    assert [line.split("campaign.yaml:")[1].split()[0] for line in lines] == ["12:16", "13:16", "14:16"]
    for line, words in zip(lines, ("ends in .png", "Copy it again", "Save it again as JPEG"), strict=True):
        assert words in line
