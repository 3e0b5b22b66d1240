"""A Facebook Page as a channel (graph-api.md §4, §6.1). Posts are made unpublished, then published by one call."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from outreach.meta import answers, insights, page_schedule, page_videos, refusals
from outreach.meta.dates import parse_time
from outreach.meta.graph import GraphClient, GraphHosts, items_of
from outreach.meta.metrics import Subject
from outreach.meta.page_schedule import PageSchedule
from outreach.meta.page_videos import PageVideos
from outreach.meta.protocol import (
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

PAGE_SIZE = 100
COMMENT_FIELDS = ("id", "message", "created_time", "from", "parent{id}", "is_hidden", "permalink_url", "attachment")
#: All levels are counted, so that an answer to a comment changes the number too.
COUNT_FIELD = "comments.filter(stream).limit(0).summary(true)"
PHOTOS_FIELD = "attachments{type,subattachments}"
POST_FIELDS = ("id", "message", "created_time", "permalink_url", "full_picture", COUNT_FIELD, PHOTOS_FIELD)
POST_COUNTS = ("comments.limit(0).summary(true)", "reactions.limit(0).summary(true)", "shares")

#: Asked together; the second group holds what Meta has moved about most lately.
LONGEST_SPAN = 90


class FacebookPage:
    def __init__(self, graph: GraphClient, page_id: str, *, rupload: str = GraphHosts.rupload) -> None:
        self._graph = graph
        self._id = page_id
        self._videos = PageVideos(graph, page_id, rupload=rupload, photo=self._make_photo)

    @property
    def schedule(self) -> PageSchedule:
        return PageSchedule(self._graph, self._id, upload=self._make_temporary_photo, message_of=message_of)

    def next_step(self, content: Content, parts: Mapping[str, str]) -> Step | None:
        if page_videos.suits(content):
            return self._videos.next_step(content, parts)
        names = (*(f"photo-{n}" for n in range(len(content.media))), "post")
        return next((Step(name) for name in names if name not in parts), None)

    def make(self, step: Step, content: Content, parts: Mapping[str, str]) -> str:
        if page_videos.suits(content):
            return self._videos.make(step, content, parts)
        if step.name == "post":
            return self._make_post(content, parts)
        return self._make_photo(content.media[int(step.name.removeprefix("photo-"))])

    def readiness(self, parts: Mapping[str, str]) -> Readiness:
        if page_videos.made_here(parts):
            return self._videos.readiness(parts)
        known = answers.node(self._graph, parts["post"], "is_published") is not None
        return Readiness.READY if known else Readiness.REMAKE

    def release(self, parts: Mapping[str, str], content: Content | None = None) -> Released:
        """Of text and photos repeating it is harmless: a published post stays as it is (graph-api.md §4.4)."""
        if page_videos.made_here(parts):
            if content is None:
                raise GraphError(refusals.UNSENDABLE.code, permanent=True)
            return self._videos.release(parts, replace(content, text=message_of(content)))
        answers.confirm(answers.post(self._graph, parts["post"], {"is_published": True}))
        return Released(parts["post"], answers.link(self._graph, parts["post"], "permalink_url"))

    def find(self, parts: Mapping[str, str], content: Content, since: datetime) -> Finding:
        if page_videos.made_here(parts):
            return self._videos.find(parts)
        post = answers.node(self._graph, parts["post"], "is_published", "permalink_url") if "post" in parts else None
        if post is None:
            # A post that we made and cannot see any more may have been out and taken down by a person.
            return self._find_by_text(content, since, otherwise="post" in parts)
        if post.get("is_published") is True:
            return Finding(Presence.PUBLISHED, Released(parts["post"], post.get("permalink_url")))
        return Finding(Presence.ABSENT if post.get("is_published") is False else Presence.UNCLEAR)

    def discard(self, parts: Mapping[str, str]) -> None:
        if page_videos.made_here(parts):
            self._videos.discard(parts)
        for name in ("post", page_schedule.STEP):
            if name in parts:
                self._discard_post(parts[name])
        for name, photo_id in parts.items():
            if name.startswith(("photo-", page_schedule.PHOTO, page_videos.PHOTO_STORY)):
                self._discard_photo(photo_id)

    def retract(self, remote_id: str) -> None:
        answers.confirm(self._graph.delete_object(remote_id))

    def exists(self, remote_id: str) -> bool:
        return answers.node(self._graph, remote_id, "id") is not None

    def recent_posts(self, since: datetime) -> tuple[RemotePost, ...]:
        args = {"fields": ",".join(POST_FIELDS), "limit": PAGE_SIZE, "since": int(since.timestamp())}
        items = self._graph.get_all_connections(self._id, "published_posts", **args)
        # One that cannot be read may be the one that is looked for, so it is an error.
        posts = [post for post in (answers.read_one(item, _post) for item in items) if post.created_at >= since]
        return tuple(sorted(posts, key=lambda post: post.created_at, reverse=True))

    def unpublished_posts(self, since: datetime) -> tuple[RemotePost, ...]:
        fields = ("id", "message", "created_time", "is_published")
        args = {"fields": ",".join(fields), "limit": PAGE_SIZE, "since": int(since.timestamp())}
        items = self._graph.get_all_connections(self._id, "feed", **args)
        return tuple(answers.read_all((each for each in items if each.get("is_published") is False), _post))

    def picture(self, address: str) -> bytes | None:
        return self._graph.download(address)

    def newest_posts(self) -> tuple[RemotePost, ...]:
        args = {"fields": ",".join(POST_FIELDS), "limit": PAGE_SIZE}
        page = self._graph.get_connections(self._id, "published_posts", **args)
        return tuple(answers.read_all(items_of(page), _post))

    def post(self, remote_id: str) -> RemotePost | None:
        found = answers.node(self._graph, remote_id, *POST_FIELDS)
        return answers.read_one(found, _post) if found else None

    def comments(self, remote_post_id: str) -> Iterator[RemoteComment]:
        return (comment for page in self.comment_pages(remote_post_id) for comment in page.comments)

    def comment_pages(
        self, remote_post_id: str, *, photos: Sequence[str] = (), start: str | None = None
    ) -> Iterator[CommentPage]:
        number, following = json.loads(start) if start else (0, {})
        for thread in range(number, len(photos) + 1):
            yield from self._thread(remote_post_id, photos, thread, following if thread == number else {})

    def _thread(
        self, post_id: str, photos: Sequence[str], number: int, following: Mapping[str, str]
    ) -> Iterator[CommentPage]:
        """The pages of one thread: the post's own, or that of its n-th photo. Positions name thread and cursor."""
        args = {"fields": ",".join(COMMENT_FIELDS), "filter": "stream", "order": "chronological", "limit": PAGE_SIZE}
        after = json.dumps([number + 1, {}]) if number < len(photos) else None
        try:
            for page in self._graph.get_pages(([post_id, *photos])[number], "comments", **args, **following):
                found = answers.read_all(page.items, self._comment)
                comments = tuple(replace(comment, photo=number or None) for comment in found)
                yield CommentPage(comments, json.dumps([number, page.following]) if page.following else after)
        except GraphError as error:
            if not number or error.code != refusals.GONE.code:
                raise
            yield CommentPage((), after)  # a photo that was taken out of its post

    def comment(self, remote_comment_id: str) -> RemoteComment | None:
        found = answers.node(self._graph, remote_comment_id, *COMMENT_FIELDS)
        return answers.read_one(found, self._comment) if found else None

    def add_comment(self, remote_post_id: str, text: str) -> str:
        return answers.id_in(answers.post(self._graph, f"{remote_post_id}/comments", {"message": text}))

    def reply(self, remote_comment_id: str, text: str) -> str:
        return self.add_comment(remote_comment_id, text)

    def private_reply(self, remote_comment_id: str, text: str) -> SentPrivately:
        values = {"recipient": {"comment_id": remote_comment_id}, "message": {"text": text}}
        answer = answers.post(self._graph, f"{self._id}/messages", values)
        return SentPrivately(answers.id_in(answer, "message_id"), answer.get("recipient_id"))

    def hide(self, remote_comment_id: str) -> None:
        answers.confirm(answers.post(self._graph, remote_comment_id, {"is_hidden": True}))

    def unhide(self, remote_comment_id: str) -> None:
        answers.confirm(answers.post(self._graph, remote_comment_id, {"is_hidden": False}))

    def delete(self, remote_comment_id: str) -> None:
        answers.confirm(self._graph.delete_object(remote_comment_id))

    def post_insights(
        self, remote_post_id: str, form: Format = Format.FEED, *, video: bool = False
    ) -> tuple[Metric, ...]:
        subject = Subject.POST_VIDEO if video or form is Format.REEL else Subject.POST
        found = insights.ask_about(self._graph, remote_post_id, subject, period="lifetime")
        return (*self._counts(remote_post_id), *found)

    def account_insights(self, since: datetime, until: datetime) -> tuple[Metric, ...]:
        span = insights.window(since, until, most=LONGEST_SPAN)
        page = answers.node(self._graph, self._id, "followers_count") or {}
        followers = insights.count("followers_count", page.get("followers_count"))
        return (
            followers,
            *self._ask_page(Subject.PAGE, "day", span),
            *self._ask_page(Subject.PAGE_WEEK, "week", span),
        )

    def audience_insights(self, until: datetime) -> tuple[Metric, ...]:
        span = insights.window(until - timedelta(days=2), until, most=LONGEST_SPAN)
        return self._ask_page(Subject.PAGE_AUDIENCE, "day", span)

    def _ask_page(self, subject: Subject, period: str, span: Mapping[str, int]) -> tuple[Metric, ...]:
        return insights.ask_about(self._graph, self._id, subject, period=period, args={"period": period, **span})

    def _make_post(self, content: Content, parts: Mapping[str, str]) -> str:
        photos = [{"media_fbid": parts[f"photo-{n}"]} for n in range(len(content.media))]
        values = {
            "message": message_of(content) or None,
            "link": None if photos else content.link,
            "attached_media": photos or None,
            "published": False,
        }
        try:
            return answers.id_in(answers.post(self._graph, f"{self._id}/feed", values))
        except GraphError as error:
            if error.code != refusals.GONE.code or not photos:
                raise
        # Uploads that no post uses vanish after a day (graph-api.md §4.3).
        raise refusals.broken(refusals.EXPIRED, writing=True)

    def _make_temporary_photo(self, medium: Medium) -> str:
        return self._make_photo(medium, temporary=True)

    def _make_photo(self, medium: Medium, *, temporary: bool = False) -> str:
        """`temporary`: for a post that waits in Meta's schedule (graph-api.md §4.3)."""
        kind = mimetypes.guess_type(medium.path.name)[0] or "application/octet-stream"
        # The file's own name stays here: it may say what a post is about.
        files = {"source": (f"photo{medium.path.suffix}", _bytes(medium.path), kind)}
        values = {"published": False, "alt_text_custom": medium.alt or None, "temporary": temporary or None}
        return answers.id_in(answers.post(self._graph, f"{self._id}/photos", values, files=files))

    def _discard_post(self, post_id: str) -> None:
        post = answers.node(self._graph, post_id, "is_published")
        if post and post.get("is_published") is not False:
            raise GraphError("meta.already_published", permanent=True)
        if post:
            self.retract(post_id)

    def _discard_photo(self, photo_id: str) -> None:
        """A photo that went with its post, or has expired, is refused: there is nothing left to delete."""
        try:
            self._graph.delete_object(photo_id)
        except GraphError as error:
            if error.code not in (refusals.GONE.code, refusals.INVALID.code):
                raise

    def _find_by_text(self, content: Content, since: datetime, *, otherwise: bool) -> Finding:
        text = message_of(content)
        for post in self.recent_posts(since) if text else ():
            if answers.same_words(text, post.text):
                return Finding(Presence.PUBLISHED, Released(post.id, post.permalink))
        return Finding(Presence.UNCLEAR if otherwise else Presence.ABSENT)

    def _counts(self, post_id: str) -> tuple[Metric, ...]:
        post = answers.node(self._graph, post_id, *POST_COUNTS) or {}
        return (
            insights.count("comments", _total(post.get("comments"))),
            insights.count("reactions", _total(post.get("reactions"))),
            insights.count("shares", answers.mapping(post.get("shares")).get("count")),
        )

    def _comment(self, item: Mapping[str, Any]) -> RemoteComment:
        author = item.get("from") or {}
        return RemoteComment(
            id=item["id"],
            text=item.get("message") or "",
            created_at=parse_time(item["created_time"]),
            parent_id=(item.get("parent") or {}).get("id"),
            author_id=author.get("id"),
            author_name=author.get("name"),
            hidden=item.get("is_hidden") is True,
            permalink=item.get("permalink_url"),
            has_attachment=bool(item.get("attachment")),
            own=author.get("id") == self._id,
        )


def message_of(content: Content) -> str:
    """The words of the post. Photos and a link card exclude each other, so beside photos the link joins the words."""
    if content.media and content.link and content.link not in content.text:
        return f"{content.text}\n\n{content.link}".strip()
    return content.text


def _post(item: Mapping[str, Any]) -> RemotePost:
    return RemotePost(
        id=item["id"],
        text=item.get("message") or "",
        created_at=parse_time(item["created_time"]),
        permalink=item.get("permalink_url"),
        comment_count=_total(item.get("comments")),
        photos=_photos(item),
        picture=item.get("full_picture"),
    )


def _photos(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Of an album; the single photo of a post shares its thread."""
    albums = answers.mapping(item.get("attachments")).get("data") or ()
    parts = [part for album in albums for part in answers.mapping(album.get("subattachments")).get("data") or ()]
    ids = [answers.mapping(part.get("target")).get("id") for part in parts if part.get("type") == "photo"]
    return tuple(str(photo_id) for photo_id in ids if photo_id) if len(ids) > 1 else ()


def _total(edge: object) -> int | None:
    return answers.mapping(answers.mapping(edge).get("summary")).get("total_count")


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise GraphError("meta.media_missing", permanent=True)
    return path.read_bytes()
