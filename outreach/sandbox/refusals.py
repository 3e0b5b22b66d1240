"""Meta's error answers: the ones the sandbox gives by itself, and their JSON form (graph-api.md §7)."""

from __future__ import annotations

from outreach.errors import MetaError


def refuse(code: int, message: str, *, subcode: int | None = None, status: int = 400, **extra: object) -> MetaError:
    """An answer for `raise`. `extra` may hold `type`, `error_user_title`, `error_user_msg`, `is_transient`."""
    error = MetaError("meta.refused", graph_code=code, subcode=subcode, http_status=status, message=message)
    error.params |= extra
    return error


def upload_refused(kind: str) -> MetaError:
    """An answer of the upload host, which has a shape of its own."""
    error = refuse(6000, kind)
    error.params["debug_info"] = {"retriable": False, "type": kind, "message": f"{kind}: the bytes were not taken"}
    return error


def body(error: MetaError, trace_id: str) -> dict[str, object]:
    if "debug_info" in error.params:
        return {"debug_info": error.params["debug_info"]}
    params = {key: value for key, value in error.params.items() if value is not None}
    details: dict[str, object] = {
        "message": params.pop("message", "An unknown error has occurred."),
        "type": params.pop("type", "OAuthException"),
        "code": error.graph_code,
    }
    if error.subcode is not None:
        details["error_subcode"] = error.subcode
    for key in ("graph_code", "subcode", "http_status"):
        params.pop(key, None)
    return {"error": {**details, **params, "fbtrace_id": trace_id}}


def gone(node_id: str, method: str = "GET") -> MetaError:
    text = (
        f"Unsupported {method.lower()} request. Object with ID '{node_id}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api"
    )
    return refuse(100, text, subcode=33, type="GraphMethodException")


def invalid(message: str) -> MetaError:
    return refuse(100, f"(#100) {message}")


def must_be(name: str, what: str) -> MetaError:
    return invalid(f"Param {name} must be {what}")


def unknown_field(name: str, node_type: str) -> MetaError:
    return invalid(f"Tried accessing nonexisting field ({name}) on node type ({node_type})")


def unpermitted(scope: str, *, code: int = 200) -> MetaError:
    if code == 10:  # noqa: PLR2004  Meta's number for a permission that reads would need
        return refuse(
            10, f"(#10) This endpoint requires the '{scope}' permission or the 'Page Public Content Access' feature."
        )
    return refuse(200, f"(#200) Requires {scope} permission to manage the object", status=403)
