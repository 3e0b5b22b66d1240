"""Videos, reels and stories of a Page: uploaded in phases, shown by one finishing call (graph-api.md §4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from outreach.campaigns import videos as files
from outreach.sandbox import comments, pages, posts
from outreach.sandbox.call import PAGING, Call, Json, stamp
from outreach.sandbox.fields import Field
from outreach.sandbox.footage import page_problem
from outreach.sandbox.nodes import OMIT, Show, plain, render
from outreach.sandbox.objects import Page, Photo, Post
from outreach.sandbox.refusals import gone, invalid, must_be, refuse
from outreach.sandbox.uploads import Video
from outreach.sandbox.world import World

STATES = ("PUBLISHED", "SCHEDULED", "DRAFT")
REEL_DAYS = timedelta(days=29)
DAY = timedelta(hours=24)
VIDEO_DEFAULT = "description,updated_time,id"


# -- videos of the feed -----------------------------------------------------------------------------------------


def create_video(call: Call, page: Page) -> Json:
    call.only("upload_phase", "file_size", "upload_session_id", "start_offset", "video_file_chunk", "source",
              "file_url", "title", "description", "published", "scheduled_publish_time", "unpublished_content_type",
              "thumb")  # fmt: skip
    pages.check_publisher(call, page)
    phases = {"start": _start, "transfer": _transfer, "finish": _finish, "cancel": _cancel}
    phase = call.params.get("upload_phase")
    if phase is None:
        return _at_once(call, page)
    if phase not in phases:
        raise must_be("upload_phase", f"one of {{{', '.join(phases)}}}")
    return phases[phase](call, page)


def _start(call: Call, page: Page) -> Json:
    call.required("file_size")
    video = _new(call, page, "feed")
    video.upload.size = call.whole("file_size", 0, least=1)
    video.session_id = call.world.new_id("124")
    return {"upload_session_id": video.session_id, "video_id": video.id, **_wanted(call, video)}


def _new(call: Call, page: Page, form: str) -> Video:
    video = Video(call.world.new_id("126"), page.id, call.someone().app_id, call.now, form)
    call.world.add(video)
    return video


def _wanted(call: Call, video: Video) -> Json:
    """The bytes that Meta asks for next; nothing when the two are equal."""
    start = video.upload.received
    end = min(video.upload.size, start + call.world.switches.video_chunk_bytes)
    return {"start_offset": str(start), "end_offset": str(end)}


def _session(call: Call, page: Page) -> Video:
    session = call.required("upload_session_id")
    found = (node for node in call.world.nodes.values() if isinstance(node, Video) and not node.deleted)
    video = next((video for video in found if video.session_id == session and video.page_id == page.id), None)
    if video is None or video.status(call.now) == "expired":
        raise refuse(6000, "(#6000) The upload session does not exist or has expired", subcode=1363030)
    return video


def _transfer(call: Call, page: Page) -> Json:
    video = _session(call, page)
    call.required("start_offset")
    wanted = _wanted(call, video)
    chunk = call.files.get("video_file_chunk", b"")
    if video.finished or call.text("start_offset") != wanted["start_offset"] or video.upload.complete:
        raise refuse(6001, "(#6001) The start offset is not the one that is expected", subcode=1363037,
                     error_data=wanted)  # fmt: skip
    if not 0 < len(chunk) <= int(wanted["end_offset"]) - int(wanted["start_offset"]):
        raise invalid("Param video_file_chunk must hold the bytes that were asked for")
    video.upload.add(chunk)
    return _wanted(call, video)


def _finish(call: Call, page: Page) -> Json:
    video = _session(call, page)
    published = call.flag("published", default=True)
    scheduled_at = pages.scheduled_time(call, published=published)
    _check_complete(call, video)
    process(call, video)
    _make_post(call, page, video, published=published, scheduled_at=scheduled_at)
    return {"success": True}


def _cancel(call: Call, page: Page) -> Json:
    video = _session(call, page)
    if video.finished:
        raise invalid("The upload is finished")
    video.deleted = True
    return {"success": True}


def _at_once(call: Call, page: Page) -> Json:
    if ("file_url" in call.params) == ("source" in call.files):
        raise refuse(6000, "(#6000) Requires a video: file_url or source")
    fetched = call.fetched.get("file_url")
    if fetched is not None and (fetched.unreachable or fetched.timed_out):
        raise refuse(389, "(#389) Unable to fetch video file from URL.")
    published = call.flag("published", default=True)
    scheduled_at = pages.scheduled_time(call, published=published)
    video = _new(call, page, "feed")
    data = fetched.data if fetched is not None else call.files["source"]
    video.upload.size = len(data)
    video.upload.add(data)
    process(call, video)
    _make_post(call, page, video, published=published, scheduled_at=scheduled_at)
    return {"id": video.id}


# -- reels and stories ------------------------------------------------------------------------------------------


def create_reel(call: Call, page: Page) -> Json:
    call.only("upload_phase", "video_id", "video_state", "description", "title", "scheduled_publish_time")
    pages.check_publisher(call, page)
    phase = _phase(call, "start", "finish")
    if phase == "start":
        return _begin(call, page, "reel")
    _count_reels(call, page)
    video = _finishing(call, page, "reel")
    state = call.required("video_state")
    if state not in STATES:
        raise must_be("video_state", f"one of {{{', '.join(STATES)}}}")
    at = _reel_time(call, state)
    _make_post(call, page, video, published=state == "PUBLISHED", scheduled_at=at)
    return {"success": True, **({"post_id": video.post_id} if call.world.switches.reel_names_post else {})}


def _phase(call: Call, *phases: str) -> str:
    phase = call.required("upload_phase")
    if phase not in phases:
        raise must_be("upload_phase", f"one of {{{', '.join(phases)}}}")
    return phase


def _begin(call: Call, page: Page, form: str) -> Json:
    video = _new(call, page, form)
    return {"video_id": video.id, "upload_url": f"{call.root}/video-upload/v26.0/{video.id}"}


def _count_reels(call: Call, page: Page) -> None:
    """Thirty a day by the API; what Meta answers then is not documented."""
    made = [post for post in call.world.posts(page.id) if post.form == "reel" and call.now - post.created_at < DAY]
    if len(made) >= call.world.switches.reels_a_day:
        raise refuse(613, "(#613) Calls to this api have exceeded the rate limit.")


def _finishing(call: Call, page: Page, form: str) -> Video:
    video = call.world.find(call.required("video_id"))
    if not isinstance(video, Video) or video.page_id != page.id or video.form != form:
        raise refuse(100, "(#100) Invalid video id", subcode=33)
    if video.status(call.now) == "expired":
        raise refuse(6000, "(#6000) The upload has expired", subcode=1363030)
    _check_complete(call, video)
    if video.error_code and video.status(call.now) == "error":
        raise refuse(video.error_code, f"(#{video.error_code}) The video cannot be published")
    return video


def _check_complete(call: Call, video: Video) -> None:
    if video.finished:
        raise invalid("The video has been finished already")
    if not video.upload.complete:
        raise refuse(6000, "(#6000) The upload is not complete", subcode=1363031)
    if call.fault("processing_error"):
        video.error_code = 6000


def _reel_time(call: Call, state: str) -> datetime | None:
    at = call.moment("scheduled_publish_time")
    if (at is not None) != (state == "SCHEDULED"):
        raise invalid("scheduled_publish_time goes with video_state SCHEDULED, and only with it")
    if at is not None and not pages.EARLIEST <= at - call.now <= REEL_DAYS:
        raise invalid("The specified scheduled publish time is invalid.")
    return at


def create_video_story(call: Call, page: Page) -> Json:
    call.only("upload_phase", "video_id", "video_state")
    pages.check_publisher(call, page)
    if _phase(call, "START", "FINISH") == "START":
        return _begin(call, page, "story")
    video = _finishing(call, page, "story")
    if call.text("video_state", "PUBLISHED") != "PUBLISHED":
        raise must_be("video_state", "PUBLISHED")
    return _story_answer(call, _make_post(call, page, video, published=True, scheduled_at=None))


def create_photo_story(call: Call, page: Page) -> Json:
    call.only("photo_id")
    pages.check_publisher(call, page)
    photo = call.world.find(call.required("photo_id"))
    if not isinstance(photo, Photo) or photo.page_id != page.id:
        raise refuse(100, "(#100) Invalid photo id", subcode=33)
    if photo.published or photo.post_id:
        raise invalid("Param photo_id must be an unpublished photo")
    post = Post(pages.new_post_id(call.world, page), page.id, call.someone().app_id, call.now, photo_ids=(photo.id,),
                form="story")  # fmt: skip
    pages.place(call.world, post, [photo], published=True, scheduled_at=None)
    return _story_answer(call, post)


def _story_answer(call: Call, post: Post) -> Json:
    return {"success": True, **({"post_id": post.tail} if call.world.switches.story_names_post else {})}


def list_stories(call: Call, page: Page) -> Json:
    """Live stories; their shape is not documented here, so no more than what a client may look for."""
    call.only(*PAGING)
    posts.check_reader(call, page)
    live = [post for post in call.world.posts(page.id) if post.form == "story" and call.now - post.created_at < DAY]
    return {"data": [{"post_id": post.tail, "status": "PUBLISHED"} for post in reversed(live)]}


# -- what becomes of them ---------------------------------------------------------------------------------------


def process(call: Call, video: Video) -> None:
    """Look at a complete upload; processing takes its time, and what is wrong shows when it is over."""
    facts = files.look(data := video.upload.take())
    problem = page_problem(facts, video.form, size=len(data))
    video.facts = facts
    if problem is not None:
        video.error_code = problem.graph_code
        if video.form == "feed" and not call.world.switches.video_seconds:
            raise problem
    if not call.fault("processing_stuck"):
        video.ready_at = call.now + timedelta(seconds=call.world.switches.video_seconds)
        call.world.plan(video.ready_at, _nothing)


def _nothing(_at: datetime) -> None:
    return


def _make_post(call: Call, page: Page, video: Video, *, published: bool, scheduled_at: datetime | None) -> Post:
    world = call.world
    video.title, video.description, video.finished = call.text("title"), call.text("description"), True
    post = Post(pages.new_post_id(world, page), page.id, video.app_id, call.now, video.description, video_id=video.id,
                form=video.form)  # fmt: skip
    video.post_id, video.published = post.id, published
    ready = video.ready_at is not None and video.ready_at <= call.now
    pages.place(world, post, [], published=published and ready and not video.error_code, scheduled_at=scheduled_at)
    if published and not post.is_published and video.ready_at and not video.error_code:
        world.plan(video.ready_at, partial(_come_out, world, post))
    return post


def _come_out(world: World, post: Post, at: datetime) -> None:
    if not post.deleted and not post.is_published:
        post.created_at = at
        world.make_visible(post, at)


# -- the node ---------------------------------------------------------------------------------------------------


def show_video(call: Call, video: Video) -> Json:
    call.only("fields")
    _reader(call, video)
    return render(call, video, "Video", VIDEO_FIELDS, wanted=call.fields(VIDEO_DEFAULT))


def list_comments(call: Call, video: Video) -> Json:
    """Of the post that shows it."""
    _reader(call, video)
    post = call.world.find(video.post_id or "")
    if not isinstance(post, Post) or not post.is_published:
        raise gone(video.id, call.method)
    return comments.list_facebook(call, post)


def _reader(call: Call, video: Video) -> None:
    page = call.world.nodes[video.page_id]
    if not isinstance(page, Page):
        raise gone(video.id, call.method)
    posts.check_reader(call, page)


def _post(call: Call, video: Video) -> Post | None:
    post = call.world.find(video.post_id or "")
    return post if isinstance(post, Post) else None


def _status(call: Call, video: Video, _one: Field) -> Any:
    now, post = call.now, _post(call, video)
    status = video.status(now)
    failed = {"error": {"message": "Video processing failed", "code": video.error_code}} if status == "error" else {}
    out = post is not None and post.is_published
    publishing = {"status": "complete" if out else "in_progress" if video.finished else "not_started"}
    if out and post is not None and post.published_at:
        publishing |= {"publish_status": "published", "publish_time": stamp(post.published_at)}
    return {
        "video_status": status,
        "uploading_phase": {"status": "complete" if video.upload.complete else "in_progress",
                            "bytes_transfered": video.upload.received},
        "processing_phase": {"status": _processing(status), **failed},
        "publishing_phase": {**publishing, **({"status": "error"} if failed and video.finished else {})},
    }  # fmt: skip


def _processing(status: str) -> str:
    return {"ready": "complete", "error": "error", "processing": "in_progress"}.get(status, "not_started")


def _post_id(call: Call, video: Video, _one: Field) -> Any:
    """Named once the post is out; the bare number, or with the Page's in front."""
    post = _post(call, video)
    if post is None or not post.is_published:
        return OMIT
    return post.tail if call.world.switches.video_post_id_bare else post.id


def _permalink(video: Video) -> str:
    """Without the host, as Meta gives it for videos."""
    return f"/reel/{video.id}" if video.form == "reel" else f"/{video.page_id}/videos/{video.id}/"


VIDEO_FIELDS: dict[str, Show | None] = {
    **dict.fromkeys(("source", "picture", "format", "embed_html", "from", "place", "privacy", "views")),
    "id": plain(lambda video: video.id),
    "title": plain(lambda video: video.title or None),
    "description": plain(lambda video: video.description or None),
    "created_time": plain(lambda video: stamp(video.created_at)),
    "updated_time": plain(lambda video: stamp(video.created_at)),
    "length": plain(lambda video: round(video.facts.seconds, 3) if video.facts else None),
    "published": lambda call, video, _one: bool((post := _post(call, video)) and post.is_published),
    "post_id": _post_id,
    "permalink_url": plain(_permalink),
    "status": _status,
}
