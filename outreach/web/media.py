"""Images and videos: addresses that Meta fetches from while a post is being prepared; what the team looks at."""

from __future__ import annotations

import functools
import io
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from fastapi.responses import FileResponse, Response
from PIL import Image

from outreach.campaigns import videos
from outreach.errors import NotFoundError
from outreach.media import VIDEO
from outreach.states import Permission, PublicationStatus
from outreach.tables import MediaGrant, Publication
from outreach.web.deps import Page, SiteDep, allowed

router = APIRouter()
THUMBNAIL = (480, 480)
JPEG = "image/jpeg"
_S = PublicationStatus
#: on its way out; SCHEDULED is where a passing fault of Meta's puts it back to
ON_ITS_WAY = {_S.SCHEDULED, _S.PREPARING, _S.PREPARED, _S.RELEASING}


@router.api_route("/m/{grant}/{number}.jpg", methods=["GET", "HEAD"])
def serve(site: SiteDep, grant: str, number: Annotated[int, InPath(ge=0, le=20)]) -> FileResponse:
    """NotFoundError once the grant has expired or its post is on its way no more, as if it had never been."""
    with site.database.read() as session:
        found = session.get(MediaGrant, grant)
        post = session.get(Publication, found.publication_id) if found and found.publication_id else None
    if found is None or found.expires_at <= site.clock.now() or number >= len(found.media):
        raise NotFoundError("media.not_served")
    if post is not None and post.status not in ON_ITS_WAY:  # held, taken back, or its approval withdrawn
        raise NotFoundError("media.not_served")
    # Meta's fetcher is another origin by nature.
    headers = {"cross-origin-resource-policy": "cross-origin"}
    return FileResponse(site.media.path(found.media[number]), media_type=JPEG, headers=headers)


@router.get("/posts/images/{sha256}.jpg")
def thumbnail(page: Annotated[Page, Depends(allowed(Permission.POSTS_READ))], sha256: str) -> Response:
    return Response(
        _small(page.site.media.path(sha256)), media_type=JPEG, headers={"cache-control": "private, max-age=86400"}
    )


@router.get("/posts/videos/{sha256}.mp4")
def video(page: Annotated[Page, Depends(allowed(Permission.POSTS_READ))], sha256: str) -> FileResponse:
    """As it goes out; a browser asks for parts of it."""
    path = page.site.media.path(sha256)
    if path.suffix != VIDEO:
        raise NotFoundError("media.lost", sha256=sha256)
    return FileResponse(path, media_type="video/mp4", headers={"cache-control": "private, max-age=86400"})


@functools.lru_cache(maxsize=256)
def _small(path: Path) -> bytes:
    """The file's name is the hash of its bytes, so what is cached cannot go stale."""
    with _picture(path) as image:
        image.thumbnail(THUMBNAIL)
        buffer = io.BytesIO()
        image.convert("RGB").save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def _picture(path: Path) -> Image.Image:
    """NotFoundError for a video that does not open any more."""
    if path.suffix != VIDEO:
        return Image.open(path)
    found = videos.still(path)
    if found is None:
        raise NotFoundError("media.damaged", sha256=path.stem)
    return found
