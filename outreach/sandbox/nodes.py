"""How a node is shown: which field names a type has, and what stands in each (graph-api.md §4.1, §5, §6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from outreach.sandbox.call import Call, Json
from outreach.sandbox.fields import Field
from outreach.sandbox.refusals import unknown_field

OMIT = object()  #: Meta leaves a missing value out; it does not send null

Show = Callable[[Call, Any, Field], Any]


def render(call: Call, node: Any, type_name: str, known: dict[str, Show | None], *, wanted: Iterable[Field]) -> Json:
    """`known` maps a name to how it is shown; None: Meta has such a field, and there is nothing in it here."""
    shown: Json = {}
    for one in wanted:
        if one.name not in known:
            raise unknown_field(one.name, type_name)
        show = known[one.name]
        value = OMIT if show is None else show(call, node, one)
        if value is not OMIT:
            shown[one.name] = value
    shown["id"] = node.id
    return shown


def plain(get: Callable[[Any], Any]) -> Show:
    """A field that needs the node alone; None is left out."""

    def show(_call: Call, node: Any, _one: Field) -> Any:
        value = get(node)
        return OMIT if value is None else value

    return show


def pick(one: Field, values: Json, default: Iterable[str], type_name: str) -> Json:
    """The part of a small nested object that `{…}` asks for; `id` is always there."""
    names = [inner.name for inner in one.inner] if one.inner is not None else list(default)
    for name in names:
        if name not in values:
            raise unknown_field(name, type_name)
    kept = {name: values[name] for name in names if values[name] is not None}
    return {**kept, "id": values["id"]} if "id" in values else kept
