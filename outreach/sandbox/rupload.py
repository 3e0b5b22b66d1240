"""The host that takes bytes: rupload.facebook.com, for reels and stories of a Page and for Instagram's containers."""

from __future__ import annotations

from outreach.sandbox import containers, instagram, pages, videos
from outreach.sandbox.call import Call, Json
from outreach.sandbox.objects import Container, Node, Page
from outreach.sandbox.refusals import gone, upload_refused
from outreach.sandbox.uploads import Upload, Video


def receive(call: Call, node: Node) -> Json:
    """Bytes from an offset on. What arrived of a broken upload counts, so that a client may go on behind it."""
    upload = _upload_of(call, node)
    if call.method != "POST" or upload is None:
        raise gone(node.id, call.method)
    if "scheme" in call.params or _is_over(call, node):
        raise upload_refused("ProcessingFailedError")
    error = _take(call, upload)
    if upload.complete and error is None:
        _look(call, node)
    if error is not None:
        raise upload_refused(error)
    return {"success": True, **({"message": "Upload successful."} if isinstance(node, Container) else {})}


def _upload_of(call: Call, node: Node) -> Upload | None:
    if isinstance(node, Video):
        page = call.world.nodes[node.page_id]
        if isinstance(page, Page):
            pages.check_publisher(call, page)
        return node.upload if node.form != "feed" else None
    if isinstance(node, Container):
        account = instagram.account_of(call, node)
        instagram.check_reader(call, account, "instagram_content_publish")
        return node.upload
    return None


def _is_over(call: Call, node: Node) -> bool:
    status = node.status(call.now) if isinstance(node, Video | Container) else ""
    return status in ("expired", "EXPIRED", "error", "ERROR")


def _take(call: Call, upload: Upload) -> str | None:
    """The type of the error, None when everything has arrived."""
    if "file_url" in call.params:
        fetched = call.fetched["file_url"]
        if fetched.unreachable or fetched.timed_out or upload.received:
            return "ProcessingFailedError"
        return _add(upload, fetched.data, offset=0, size=len(fetched.data))
    offset, size = call.whole("offset", -1), call.whole("file_size", 0, least=1)
    data = call.files.get("bytes", b"")
    if cut := call.fault("upload_cut"):
        data = data[: int(cut.details.get("bytes", len(data) // 2))]
    return _add(upload, data, offset=offset, size=size)


def _add(upload: Upload, data: bytes, *, offset: int, size: int) -> str | None:
    if upload.complete or offset != upload.received or (upload.size and size != upload.size):
        return "OffsetInvalidError"
    if len(data) > size - offset:
        return "ProcessingFailedError"
    upload.size = size
    upload.add(data)
    return None if upload.complete else "PartialRequestError"


def _look(call: Call, node: Node) -> None:
    if isinstance(node, Video):
        videos.process(call, node)
    elif isinstance(node, Container):
        containers.uploaded(call, node)
