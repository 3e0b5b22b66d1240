from __future__ import annotations

import io
import time
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import update
from structlog.testing import capture_logs

from outreach.states import PublicationStatus, Role
from outreach.tables import MediaGrant, Publication
from tests.clips import clip
from tests.factories import make_publication
from tests.sites import Site


def jpeg(size: tuple[int, int] = (1080, 720)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "#0b5a56").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def grant(site: Site) -> str:
    sha256 = site.media.put(jpeg())
    with site.database.write() as session:
        row = MediaGrant(
            publication_id=make_publication(session).id,
            media=[sha256],
            expires_at=site.clock.now() + timedelta(hours=1),
        )
        session.add(row)
        session.flush()
        return str(row.id)


def test_an_image_is_served_to_anybody_who_has_its_address_until_it_expires(site: Site, grant: str):
    visitor = site.visitor()
    answer = visitor.get(f"/m/{grant}/0.jpg")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/jpeg", jpeg())
    assert visitor.head(f"/m/{grant}/0.jpg").status_code == 200
    site.clock.jump(site.clock.now() + timedelta(hours=1))
    assert visitor.get(f"/m/{grant}/0.jpg").status_code == 404


def test_no_other_file_can_be_had_this_way(site: Site, grant: str):
    visitor = site.visitor()
    assert visitor.get(f"/m/{grant}/1.jpg").status_code == 404
    assert visitor.get(f"/m/{'0' * 32}/0.jpg").status_code == 404
    for path in ("/m/../outreach.db", f"/m/{grant}/-1.jpg", f"/m/{grant}/../0.jpg", "/m/", f"/m/{grant}"):
        assert visitor.get(path).status_code in {303, 404, 422}, path


def test_an_image_whose_file_is_gone_is_not_found(site: Site, grant: str):
    for file in site.media.folder.iterdir():
        file.unlink()
    assert site.visitor().get(f"/m/{grant}/0.jpg").status_code == 404


def test_thumbnails_are_small_and_for_the_team_alone(site: Site):
    sha256 = site.media.put(jpeg())
    person = site.sign_in(Role.COMMUNICATIONS)
    answer = person.client.get(f"/posts/images/{sha256}.jpg")
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (480, 320)
    assert site.visitor().get(f"/posts/images/{sha256}.jpg").status_code == 303
    assert site.sign_in(Role.ADMIN).client.get(f"/posts/images/{sha256}.jpg").status_code == 403
    assert person.client.get(f"/posts/images/{'0' * 64}.jpg").status_code == 404


@pytest.mark.parametrize("status", PublicationStatus)
def test_an_image_is_served_only_while_its_post_is_on_its_way_out(site: Site, grant: str, status: PublicationStatus):
    with site.database.write() as session:
        session.execute(update(Publication).values(status=status))
    expected = 200 if status in {"scheduled", "preparing", "prepared", "releasing"} else 404
    assert site.visitor().get(f"/m/{grant}/0.jpg").status_code == expected


def test_no_cache_is_told_to_keep_an_image(site: Site, grant: str):
    for answer in (site.visitor().get(f"/m/{grant}/0.jpg"), site.visitor().head(f"/m/{grant}/0.jpg")):
        assert answer.headers["cache-control"] == "no-store"
        assert "expires" not in answer.headers
        assert int(answer.headers["content-length"]) == len(jpeg())


def test_an_image_s_address_is_not_logged(site: Site, grant: str):
    with capture_logs() as lines:
        site.visitor().get(f"/m/{grant}/0.jpg")
        while not lines:  # the line is written when the answer has left
            time.sleep(0.002)
    (line,) = lines
    assert (line["route"], line["status"]) == ("/m/{grant}/{number}.jpg", 200)
    assert grant not in str(line)
    assert len(bytes.fromhex(grant)) == 16  # 128 bits


def test_a_video_is_shown_to_the_team_and_has_a_still(site: Site):
    sha256 = site.media.put(clip())
    person = site.sign_in(Role.COMMUNICATIONS)
    answer = person.client.get(f"/posts/images/{sha256}.jpg")
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (270, 480)
    part = person.client.get(f"/posts/videos/{sha256}.mp4", headers={"range": "bytes=0-9"})
    assert (part.status_code, part.headers["content-type"], part.content) == (206, "video/mp4", clip()[:10])
    picture = site.media.put(jpeg())
    assert person.client.get(f"/posts/videos/{picture}.mp4").status_code == 404
    assert site.visitor().get(f"/posts/videos/{sha256}.mp4").status_code == 303
