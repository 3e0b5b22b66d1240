"""An Instagram professional account as a channel, reached with a Facebook Login (graph-api.md §5, §6.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from outreach.meta import answers, insights, refusals, uploads
from outreach.meta.dates import parse_time
from outreach.meta.graph import GraphClient, GraphHosts, items_of, next_page
from outreach.meta.metrics import Subject
from outreach.meta.protocol import (
    UPLOAD,
    CommentPage,
    Content,
    Finding,
    Medium,
    Metric,
    Presence,
    Readiness,
    Released,
    RemoteComment,
    RemotePost,
    SentPrivately,
    Step,
)
from outreach.meta.refusals import GraphError
from outreach.states import Format

PAGE_SIZE = 50
OWN_FIELDS = ("id", "text", "timestamp", "username", "from", "hidden", "parent_id", "user")
COMMENT_FIELDS = (*OWN_FIELDS, f"replies.limit({PAGE_SIZE}){{{','.join(OWN_FIELDS)}}}")
MEDIA_FIELDS = (
    "id",
    "caption",
    "timestamp",
    "permalink",
    "comments_count",
    "media_type",
    "media_url",
    "thumbnail_url",
)

_MEDIA = {Format.FEED: Subject.MEDIA, Format.REEL: Subject.MEDIA_REEL, Format.STORY: Subject.MEDIA_STORY}
LONGEST_SPAN = 30
LONGEST_DAY = timedelta(hours=25)  #: when clocks go back
_SUBCODE = re.compile(r"\b2[0-9]{6}\b")


class InstagramAccount:
    def __init__(
        self, graph: GraphClient, account_id: str, *, page_id: str | None = None, rupload: str = GraphHosts.rupload
    ) -> None:
        self._graph = graph
        self._id = account_id
        self._host = f"{rupload.rstrip('/')}/ig-api-upload"
        self._sender = page_id or account_id

    @property
    def schedule(self) -> None:
        """Instagram has no scheduler for apps (graph-api.md §5)."""

    def next_step(self, content: Content, parts: Mapping[str, str]) -> Step | None:
        several = len(content.media) > 1
        names = (*(f"child-{n}" for n in range(len(content.media)) if several), "container")
        missing = next((Step(name) for name in names if name not in parts), None)
        return missing or (uploads.next_step(content, parts) if _is_video(content) else None)

    def make(self, step: Step, content: Content, parts: Mapping[str, str]) -> str:
        if not content.media:
            raise GraphError("meta.media_missing", permanent=True)
        if step.name == UPLOAD:
            return self._upload(content.media[0], parts["container"])
        if step.name.startswith("child-"):
            medium = content.media[int(step.name.removeprefix("child-"))]
            return self._make_container({**_image(medium, Format.FEED), "is_carousel_item": True})
        if _is_video(content):
            return self._make_container(_video(content))
        caption = caption_of(content) if content.format is Format.FEED else ""
        try:
            return self._make_container({**self._body(content, parts), "caption": caption or None})
        except GraphError as error:
            if error.code in (refusals.NOT_READY.code, refusals.MEDIA.code, refusals.INVALID.code):
                self._blame(parts)
            raise

    def _blame(self, parts: Mapping[str, str]) -> None:
        """Raises the refusal of the carousel's item that Meta took and could not use, with its name as `part`."""
        for name in (name for name in parts if name.startswith("child-")):
            try:
                self._status(parts[name])
            except GraphError as error:
                error.params["part"] = name
                raise

    def readiness(self, parts: Mapping[str, str]) -> Readiness:
        status = self._status(parts["container"])
        if status in ("FINISHED", "PUBLISHED"):
            return Readiness.READY
        return Readiness.REMAKE if status in ("EXPIRED", None) else Readiness.WAIT

    def release(self, parts: Mapping[str, str], content: Content | None = None) -> Released:  # noqa: ARG002
        """Publish a finished container. One that turns out to be published already is found by `find`."""
        status = self._status(parts["container"])
        if status == "PUBLISHED":
            raise GraphError("meta.already_published", maybe_done=True)
        if status != "FINISHED":
            raise GraphError(refusals.EXPIRED.code if status in ("EXPIRED", None) else refusals.NOT_READY.code)
        media_id = self._publish(parts["container"])
        return Released(media_id, answers.link(self._graph, media_id, "permalink"))

    def find(self, parts: Mapping[str, str], content: Content, since: datetime) -> Finding:
        status = self._raw_status(parts["container"])[0] if "container" in parts else "NEVER_MADE"
        if status in ("IN_PROGRESS", "FINISHED"):
            return Finding(Presence.ABSENT)
        if content.format is Format.STORY:
            return self._find_story(since) if status == "PUBLISHED" else Finding(Presence.ABSENT)
        released = self._find_by_caption(content, since)
        if released or status == "PUBLISHED":
            return Finding(Presence.PUBLISHED, released)
        return Finding(Presence.ABSENT if status in ("NEVER_MADE", "EXPIRED", "ERROR") else Presence.UNCLEAR)

    def discard(self, parts: Mapping[str, str]) -> None:
        """Containers cannot be deleted; they expire after a day."""

    def retract(self, remote_id: str) -> None:
        answers.confirm(self._graph.delete_object(remote_id))

    def exists(self, remote_id: str) -> bool:
        return answers.node(self._graph, remote_id, "id") is not None

    def recent_posts(self, since: datetime) -> tuple[RemotePost, ...]:
        args = {"fields": ",".join(MEDIA_FIELDS), "limit": PAGE_SIZE, "since": int(since.timestamp())}
        items = self._graph.get_all_connections(self._id, "media", **args)
        # One that cannot be read may be the one that is looked for, so it is an error.
        posts = [post for post in (answers.read_one(item, _post) for item in items) if post.created_at >= since]
        return tuple(sorted(posts, key=lambda post: post.created_at, reverse=True))

    def unpublished_posts(self, since: datetime) -> tuple[RemotePost, ...]:  # noqa: ARG002  containers are not listed
        return ()

    def picture(self, address: str) -> bytes | None:
        return self._graph.download(address)

    def newest_posts(self) -> tuple[RemotePost, ...]:
        page = self._graph.get_connections(self._id, "media", fields=",".join(MEDIA_FIELDS), limit=PAGE_SIZE)
        return tuple(answers.read_all(items_of(page), _post))

    def post(self, remote_id: str) -> RemotePost | None:
        found = answers.node(self._graph, remote_id, *MEDIA_FIELDS)
        return answers.read_one(found, _post) if found else None

    def comments(self, remote_post_id: str) -> Iterator[RemoteComment]:
        return (comment for page in self.comment_pages(remote_post_id) for comment in page.comments)

    def comment_pages(
        self,
        remote_post_id: str,
        *,
        photos: Sequence[str] = (),  # noqa: ARG002  pictures of a carousel have no threads of their own
        start: str | None = None,
    ) -> Iterator[CommentPage]:
        """Newest first and top level only, so that replies come with them; there is no filter by time."""
        args = {"fields": ",".join(COMMENT_FIELDS), "limit": PAGE_SIZE, **(json.loads(start) if start else {})}
        for page in self._graph.get_pages(remote_post_id, "comments", **args):
            found = answers.read_all(self._with_replies(iter(page.items)), self._comment)
            yield CommentPage(tuple(found), json.dumps(page.following) if page.following else None)

    def comment(self, remote_comment_id: str) -> RemoteComment | None:
        found = answers.node(self._graph, remote_comment_id, *OWN_FIELDS)
        return answers.read_one(found, self._comment) if found else None

    def add_comment(self, remote_post_id: str, text: str) -> str:
        return answers.id_in(answers.post(self._graph, f"{remote_post_id}/comments", {"message": text}))

    def reply(self, remote_comment_id: str, text: str) -> str:
        return answers.id_in(answers.post(self._graph, f"{remote_comment_id}/replies", {"message": text}))

    def private_reply(self, remote_comment_id: str, text: str) -> SentPrivately:
        values = {"recipient": {"comment_id": remote_comment_id}, "message": {"text": text}}
        answer = answers.post(self._graph, f"{self._sender}/messages", values)
        return SentPrivately(answers.id_in(answer, "message_id"), answer.get("recipient_id"))

    def hide(self, remote_comment_id: str) -> None:
        answers.confirm(answers.post(self._graph, remote_comment_id, {"hide": True}))

    def unhide(self, remote_comment_id: str) -> None:
        answers.confirm(answers.post(self._graph, remote_comment_id, {"hide": False}))

    def delete(self, remote_comment_id: str) -> None:
        answers.confirm(self._graph.delete_object(remote_comment_id))

    def post_insights(
        self,
        remote_post_id: str,
        form: Format = Format.FEED,
        *,
        video: bool = False,  # noqa: ARG002  a reel is told by its form
    ) -> tuple[Metric, ...]:
        return insights.ask_about(self._graph, remote_post_id, _MEDIA[form], period="lifetime")

    def account_insights(self, since: datetime, until: datetime) -> tuple[Metric, ...]:
        """Totals over the whole span, so that people are counted once in it; ask for a day to get a day's figure."""
        span = insights.window(since, until, most=LONGEST_SPAN)
        account = answers.node(self._graph, self._id, "followers_count") or {}
        label = "day" if until - since <= LONGEST_DAY else "range"
        args = {"period": "day", "metric_type": "total_value", **span}
        found = insights.ask_about(self._graph, self._id, Subject.ACCOUNT, period=label, args=args)
        totals = (replace(metric, end=until) for metric in found)
        return (insights.count("followers_count", account.get("followers_count")), *totals)

    def audience_insights(self, until: datetime) -> tuple[Metric, ...]:
        args = {"period": "lifetime", "metric_type": "total_value", "timeframe": "this_month"}
        found = insights.ask_about(self._graph, self._id, Subject.ACCOUNT_AUDIENCE, period="lifetime", args=args)
        return tuple(replace(metric, end=until) for metric in found)

    def _publish(self, container_id: str) -> str:
        try:
            return answers.id_in(answers.post(self._graph, f"{self._id}/media_publish", {"creation_id": container_id}))
        except GraphError as error:
            if error.maybe_done or not self._may_be_out(container_id):
                raise
        # An earlier call whose answer was lost got there first: this refusal must not look like a failure.
        raise GraphError("meta.already_published", maybe_done=True)

    def _may_be_out(self, container_id: str) -> bool:
        try:
            return self._raw_status(container_id)[0] == "PUBLISHED"
        except GraphError:
            return True

    def _make_container(self, values: Mapping[str, object]) -> str:
        return answers.id_in(answers.post(self._graph, f"{self._id}/media", values))

    def _body(self, content: Content, parts: Mapping[str, str]) -> dict[str, object]:
        if len(content.media) == 1:
            return _image(content.media[0], content.format)
        if content.format is not Format.FEED or any(medium.video for medium in content.media):
            raise GraphError("meta.media_unsuited", permanent=True)
        children = [parts[f"child-{n}"] for n in range(len(content.media))]
        return {"media_type": "CAROUSEL", "children": children}

    def _raw_status(self, container_id: str) -> tuple[str | None, str]:
        """The status, None for a container that is gone, and Meta's words on it."""
        found = answers.node(self._graph, container_id, "status_code", "status")
        return (str(found.get("status_code")), str(found.get("status", ""))) if found else (None, "")

    def _status(self, container_id: str) -> str | None:
        status, words = self._raw_status(container_id)
        if status == "ERROR":
            found = _SUBCODE.search(words)
            subcode = int(found[0]) if found else None
            unreachable = refusals.BY_SUBCODE.get(subcode or 0) is refusals.MEDIA_UNREACHABLE
            rule = refusals.MEDIA_UNREACHABLE if unreachable else refusals.MEDIA
            raise GraphError(rule.code, permanent=rule.permanent, subcode=subcode)
        return status

    def _upload(self, medium: Medium, container_id: str) -> str:
        found = answers.node(self._graph, container_id, "status_code", "video_status")
        if found is None or found.get("status_code") == "EXPIRED":
            raise refusals.broken(refusals.EXPIRED, writing=True)
        offset = uploads.received(answers.mapping(found.get("video_status")))
        return uploads.send_rest(self._graph, self._host, container_id, medium, offset=offset)

    def _find_story(self, since: datetime) -> Finding:
        """It is out; which of the live stories it is can only be told when there is one."""
        live = [answers.read_one(item, _post) for item in self._live_stories()]
        found = [post for post in live if post.created_at >= since]
        if len(found) != 1:
            return Finding(Presence.UNCLEAR, final=True)
        return Finding(Presence.PUBLISHED, Released(found[0].id, found[0].permalink))

    def _live_stories(self) -> Iterator[dict[str, Any]]:
        return self._graph.get_all_connections(self._id, "stories", fields="id,timestamp,permalink", limit=PAGE_SIZE)

    def _find_by_caption(self, content: Content, since: datetime) -> Released | None:
        caption = caption_of(content)
        for post in self.recent_posts(since) if caption else ():
            if answers.same_words(caption, post.text):
                return Released(post.id, post.permalink)
        return None

    def _with_replies(self, tops: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Each comment, then its replies: those that came along, then the pages of them that did not."""
        for top in tops:
            yield top
            for reply in self._replies(str(top.get("id")), answers.mapping(top.get("replies"))):
                yield {"parent_id": top.get("id"), **reply}

    def _replies(self, top_id: str, first: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        yield from items_of(first) if first else ()
        following = next_page(first)
        if following is not None:
            args = {"fields": ",".join(OWN_FIELDS), "limit": PAGE_SIZE, **following}
            yield from self._graph.get_all_connections(top_id, "replies", **args)

    def _comment(self, item: Mapping[str, Any]) -> RemoteComment:
        author = item.get("from") or {}
        return RemoteComment(
            id=item["id"],
            text=item.get("text") or "",
            created_at=parse_time(item["timestamp"]),
            parent_id=item.get("parent_id"),
            author_id=author.get("id"),
            author_name=author.get("username") or item.get("username"),
            hidden=item.get("hidden") is True,
            own=self._id in (author.get("id"), (item.get("user") or {}).get("id")),
        )


def caption_of(content: Content) -> str:
    """Instagram has no link field, so a link joins the words."""
    if content.link and content.link not in content.text:
        return f"{content.text}\n\n{content.link}".strip()
    return content.text


def _image(medium: Medium, form: Format) -> dict[str, object]:
    if form is Format.REEL or medium.video:
        raise GraphError("meta.media_unsuited", permanent=True)
    if form is Format.STORY:
        return {"media_type": "STORIES", "image_url": medium.url}
    return {"image_url": medium.url, "alt_text": medium.alt or None}


def _is_video(content: Content) -> bool:
    return len(content.media) == 1 and content.media[0].video and content.format is not Format.FEED


def _video(content: Content) -> dict[str, object]:
    """Its bytes are sent, so no public address is needed; a story has neither words nor a cover."""
    if content.format is Format.STORY:
        return {"media_type": "STORIES", "upload_type": "resumable"}
    return {
        "media_type": "REELS",
        "upload_type": "resumable",
        "caption": caption_of(content) or None,
        "share_to_feed": True,
        "thumb_offset": content.media[0].cover_ms,
    }


def _post(item: Mapping[str, Any]) -> RemotePost:
    return RemotePost(
        id=item["id"],
        text=item.get("caption") or "",
        created_at=parse_time(item["timestamp"]),
        permalink=item.get("permalink"),
        comment_count=item.get("comments_count"),
        picture=item.get("media_url") if item.get("media_type") != "VIDEO" else item.get("thumbnail_url"),
    )
