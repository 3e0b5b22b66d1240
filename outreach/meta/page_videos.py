"""Videos, reels and stories of a Page (graph-api.md §4): uploaded while invisible, shown by one finishing call.

The finishing call is never repeated by itself: after an answer that was lost the video is read back, and what stays
unclear, as a story always does, is a person's to settle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from outreach.meta import answers, refusals, uploads
from outreach.meta.graph import GraphClient
from outreach.meta.protocol import (
    UPLOAD,
    Content,
    Finding,
    Medium,
    Presence,
    Readiness,
    Released,
    Step,
)
from outreach.meta.refusals import GraphError
from outreach.states import Format

VIDEO, REEL, VIDEO_STORY, PHOTO_STORY = FIRST_PARTS = ("video", "reel", "video_story", "photo_story")
EDGES = {REEL: "video_reels", VIDEO_STORY: "video_stories"}
STATUS = ("status", "post_id")
PROCESSING = "meta.processing"


def suits(content: Content) -> bool:
    return content.format is not Format.FEED or any(medium.video for medium in content.media)


def made_here(parts: Mapping[str, str]) -> bool:
    return not parts.keys().isdisjoint(FIRST_PARTS)


class PageVideos:
    def __init__(self, graph: GraphClient, page_id: str, *, rupload: str, photo: Callable[[Medium], str]) -> None:
        self._graph = graph
        self._id = page_id
        self._host = f"{rupload.rstrip('/')}/video-upload"
        self._photo = photo

    def next_step(self, content: Content, parts: Mapping[str, str]) -> Step | None:
        first = first_part(content)
        if first not in parts:
            return Step(first)
        return None if first == PHOTO_STORY else uploads.next_step(content, parts)

    def make(self, step: Step, content: Content, parts: Mapping[str, str]) -> str:
        medium = content.media[0]
        if step.name == UPLOAD:
            return self._transfer(medium, parts) if VIDEO in parts else self._upload(medium, parts)
        if step.name == PHOTO_STORY:
            return self._photo(medium)
        return self._start_video(medium) if step.name == VIDEO else self._start(step.name)

    def readiness(self, parts: Mapping[str, str]) -> Readiness:
        if PHOTO_STORY in parts:
            return Readiness.READY if answers.node(self._graph, parts[PHOTO_STORY], "id") else Readiness.REMAKE
        state = _state(self._look(parts))
        if state in ("upload_complete", "ready"):
            return Readiness.READY
        return Readiness.REMAKE if state in ("expired", "upload_failed", None) else Readiness.WAIT

    def release(self, parts: Mapping[str, str], content: Content) -> Released:
        if PHOTO_STORY in parts:
            return self._story(self._finish("photo_stories", {"photo_id": parts[PHOTO_STORY]}), None)
        self._refuse_unready(self._look(parts))
        video_id = _video_id(parts)
        if VIDEO in parts:
            session = parts[VIDEO].split(":")[0]
            words = {"upload_session_id": session, "description": content.text or None, "published": True}
            self._finish("videos", {"upload_phase": "finish", **words})
            return self._shown(video_id)
        if REEL in parts:
            words = {"video_id": video_id, "video_state": "PUBLISHED", "description": content.text or None}
            self._finish(EDGES[REEL], {"upload_phase": "finish", **words})
            return self._shown(video_id)
        values = {"upload_phase": "FINISH", "video_id": video_id, "video_state": "PUBLISHED"}
        return self._story(self._finish(EDGES[VIDEO_STORY], values), video_id)

    def find(self, parts: Mapping[str, str]) -> Finding:
        """Only what Meta says of the video counts; that nothing is to be seen of it yet proves nothing."""
        if VIDEO not in parts and REEL not in parts:
            return Finding(Presence.UNCLEAR, final=True)
        found = self._look(parts)
        post_id = self._post_id(found)
        if post_id:
            return Finding(Presence.PUBLISHED, Released(post_id, answers.link(self._graph, post_id, "permalink_url")))
        over = found is not None and _status(found).get("video_status") in ("error", "expired")
        working = found is not None and _publishing(found) == "in_progress"
        return Finding(Presence.ABSENT) if over else Finding(Presence.UNCLEAR, working=working)

    def discard(self, parts: Mapping[str, str]) -> None:
        """Uploads that nobody finishes expire within a day; only an upload session can be called off."""
        if PHOTO_STORY in parts or VIDEO_STORY in parts:
            return
        if self._post_id(self._look(parts)):
            raise GraphError("meta.already_published", permanent=True)
        if VIDEO in parts:
            try:
                values = {"upload_phase": "cancel", "upload_session_id": parts[VIDEO].split(":")[0]}
                answers.post(self._graph, f"{self._id}/videos", values)
            except GraphError as error:
                if error.code not in (refusals.GONE.code, refusals.MEDIA.code):
                    raise

    # -- upload

    def _start_video(self, medium: Medium) -> str:
        """Session, video, and up to where Meta asks for bytes."""
        values = {"upload_phase": "start", "file_size": uploads.size_of(medium)}
        answer = answers.post(self._graph, f"{self._id}/videos", values)
        ids = answers.id_in(answer, "upload_session_id"), answers.id_in(answer, "video_id")
        return ":".join((*ids, str(answer.get("end_offset", ""))))

    def _start(self, part: str) -> str:
        phase = "START" if part == VIDEO_STORY else "start"
        return answers.id_in(
            answers.post(self._graph, f"{self._id}/{EDGES[part]}", {"upload_phase": phase}), "video_id"
        )

    def _transfer(self, medium: Medium, parts: Mapping[str, str]) -> str:
        """One chunk; then how much has arrived, and up to where Meta asks next."""
        session, _, first_end = parts[VIDEO].split(":")
        start, _, end = parts.get(UPLOAD, f"0:{first_end}").partition(":")
        size, offset = uploads.size_of(medium), self._received(parts)
        if offset >= size:
            return str(size)
        most = max(int(end or size) - int(start), 1)
        values = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": offset}
        data = uploads.chunk(medium.path, offset=offset, most=most)
        with uploads.harmless():
            files = {"video_file_chunk": ("chunk", data, "application/octet-stream")}
            answer = answers.post(self._graph, f"{self._id}/videos", values, files=files)
        return f"{answer.get('start_offset', offset + len(data))}:{answer.get('end_offset', size)}"

    def _upload(self, medium: Medium, parts: Mapping[str, str]) -> str:
        offset = self._received(parts)
        return uploads.send_rest(self._graph, self._host, _video_id(parts), medium, offset=offset)

    def _received(self, parts: Mapping[str, str]) -> int:
        found = self._look(parts)
        if found is None or _status(found).get("video_status") in ("expired", "upload_failed"):
            raise refusals.broken(refusals.EXPIRED, writing=True)
        return uploads.received(_status(found))

    # -- release

    def _refuse_unready(self, found: Mapping[str, Any] | None) -> None:
        if self._post_id(found):
            raise GraphError("meta.already_published", maybe_done=True)
        if found is not None and _publishing(found) in ("in_progress", "complete", "completed"):
            raise GraphError(PROCESSING, maybe_done=True)
        state = _state(found)
        if state in ("expired", "upload_failed", None):
            raise refusals.broken(refusals.EXPIRED, writing=True)
        if state == "uploading":
            raise refusals.broken(refusals.NOT_READY, writing=True)

    def _finish(self, edge: str, values: Mapping[str, object]) -> dict[str, Any]:
        answer = answers.post(self._graph, f"{self._id}/{edge}", values)
        answers.confirm(answer)
        return answer

    def _shown(self, video_id: str) -> Released:
        """It is on its way out: that its post is not there yet, or cannot be read, must not look like a failure."""
        try:
            post_id = self._post_id(answers.node(self._graph, video_id, *STATUS))
        except GraphError:
            post_id = None
        if not post_id:
            raise GraphError(PROCESSING, maybe_done=True)
        return Released(post_id, answers.link(self._graph, post_id, "permalink_url"))

    def _story(self, answer: Mapping[str, Any], video_id: str | None) -> Released:
        """A story without an id is out all the same; nobody but a person can say which it is."""
        post_id = self._post_id(answer)
        if post_id is None and video_id is not None:
            return self._shown(video_id)
        if post_id is None:
            raise GraphError(PROCESSING, maybe_done=True)
        return Released(post_id, answers.link(self._graph, post_id, "permalink_url"))

    def _look(self, parts: Mapping[str, str]) -> dict[str, Any] | None:
        return answers.node(self._graph, _video_id(parts), *STATUS)

    def _post_id(self, found: Mapping[str, Any] | None) -> str | None:
        """Meta gives it with the Page's id in front, or without."""
        post_id = str((found or {}).get("post_id") or "")
        return f"{self._id}_{post_id.rpartition('_')[2]}" if post_id else None


def first_part(content: Content) -> str:
    """Raises GraphError for media that no post of this format can have; `check` says so long before."""
    one = content.media[0] if len(content.media) == 1 else None
    if one is None or (content.format is Format.REEL and not one.video):
        raise GraphError("meta.media_unsuited", permanent=True)
    if content.format is Format.STORY:
        return VIDEO_STORY if one.video else PHOTO_STORY
    return REEL if content.format is Format.REEL else VIDEO


def _video_id(parts: Mapping[str, str]) -> str:
    return parts[VIDEO].split(":")[1] if VIDEO in parts else parts.get(REEL) or parts[VIDEO_STORY]


def _status(found: Mapping[str, Any]) -> Mapping[str, Any]:
    return answers.mapping(found.get("status"))


def _state(found: Mapping[str, Any] | None) -> str | None:
    """None for a video that is gone. One that Meta cannot use raises GraphError with Meta's reason."""
    if found is None:
        return None
    status = _status(found)
    if status.get("video_status") == "error":
        failure = answers.mapping(answers.mapping(status.get("processing_phase")).get("error"))
        raise GraphError(refusals.MEDIA.code, permanent=True, graph_code=refusals.number(failure.get("code")))
    return str(status.get("video_status"))


def _publishing(found: Mapping[str, Any]) -> str:
    return str(answers.mapping(_status(found).get("publishing_phase")).get("status"))
