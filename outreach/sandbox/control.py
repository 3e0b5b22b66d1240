"""The sandbox's own desk under `/_sandbox`: clock, faults, state, seed, comments by hand, webhook callbacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from outreach.errors import InvalidError, OutreachError
from outreach.sandbox import by_hand, comments, delivery, guide, private_replies
from outreach.sandbox.call import Json
from outreach.sandbox.crowd import Crowd
from outreach.sandbox.graph import JSON_TYPE, Answer
from outreach.sandbox.objects import Author, Comment, Media, Photo, Post, Subscription
from outreach.sandbox.state import state
from outreach.sandbox.switches import switched
from outreach.sandbox.world import World, utc

Handler = Callable[["Control", Json], Json]


class Control:
    def __init__(self, world: World) -> None:
        self.world = world

    def serve(self, method: str, path: str, text: bytes) -> Answer:
        if method == "GET" and not path.strip("/"):
            return Answer(200, guide.page(self.world.switches), {"content-type": "text/html; charset=utf-8"})
        handler = DESK.get((method, path.strip("/")))
        if handler is None:
            return _answer(404, {"error": "sandbox.no_such_path"})
        try:
            order = json.loads(text or b"{}")
            if not isinstance(order, dict):
                raise InvalidError("sandbox.bad_order")
            return _answer(200, handler(self, order))
        except (KeyError, TypeError, ValueError) as error:
            return _answer(400, {"error": "sandbox.bad_order", "type": type(error).__name__})
        except OutreachError as error:
            return _answer(400, {"error": error.code, **{k: str(v) for k, v in error.params.items()}})

    def clock(self, order: Json) -> Json:
        if order.get("run"):
            self.world.running = True
            self.world.clock.run()
        if "to" in order:
            self.jump(utc(str(order["to"])))
        coming = self.world.next_event_at()
        now = self.world.now()
        return {"now": now.isoformat(), "next_event_at": coming.isoformat() if coming else None,
                "running": self.world.running}  # fmt: skip

    def jump(self, to: datetime) -> None:
        """Let everything due by then happen at its own time, and tell the subscribers before this call answers."""
        while self.world.fire_next(to):
            delivery.deliver(self.world)
        with self.world.lock:
            self.world.clock.jump(to)
        delivery.deliver(self.world)

    def faults(self, _order: Json) -> Json:
        with self.world.lock:
            return {"faults": [fault.show() for fault in self.world.faults.faults]}

    def add_fault(self, order: Json) -> Json:
        with self.world.lock:
            return self.world.faults.add(order).show()

    def clear_faults(self, order: Json) -> Json:
        with self.world.lock:
            self.world.faults.remove(order.get("id"))
        return {"success": True}

    def state(self, _order: Json) -> Json:
        with self.world.lock:
            return state(self.world)

    def comment(self, order: Json) -> Json:
        """Add (`post`, `text`, maybe `reply_to`, `author`, `attachment`) or change one (`id`; `text` or `delete`).

        `post` may be a single photo of a post with several: each has a thread of its own.
        """
        with self.world.lock:
            shown = self._change_comment(order) if "id" in order else self._add_comment(order)
        delivery.deliver(self.world)
        return shown

    def _add_comment(self, order: Json) -> Json:
        parent = self.world.find(str(order["reply_to"])) if order.get("reply_to") else None
        item = self.world.find(parent.object_id if isinstance(parent, Comment) else str(order["post"]))
        if not isinstance(item, Post | Photo | Media):
            raise InvalidError("sandbox.no_such_post")
        facebook = not isinstance(item, Media)
        owner_id = item.account_id if isinstance(item, Media) else item.page_id
        name = str(order.get("author", "زائر"))
        author = Author(str(order.get("author_id") or self.world.new_id("55")), name, name.replace(" ", "."))
        number = comments.facebook_id(self.world, item.id) if facebook else self.world.new_id("180")
        thread = comments.thread_id(self.world, item)
        added = Comment(number, thread, owner_id, author, str(order.get("text", "")), self.world.now(), facebook,
                        comments.thread_of(parent if isinstance(parent, Comment) else None),
                        nameless=bool(order.get("nameless")), attachment=order.get("attachment"),
                        kind=str(order.get("kind", "")))  # fmt: skip
        comments.put(self.world, added)
        return {"id": added.id}

    def _change_comment(self, order: Json) -> Json:
        found = self.world.find(str(order["id"]))
        if not isinstance(found, Comment):
            raise InvalidError("sandbox.no_such_comment")
        if order.get("delete"):
            comments.remove(self.world, found)
        if "text" in order:
            comments.edit(self.world, found, str(order["text"]))
        return {"id": found.id}

    def post(self, order: Json) -> Json:
        """A person posts (`on`, `text`, maybe `image`), or changes a scheduled post (`id`); see `by_hand`."""
        with self.world.lock:
            shown = by_hand.plan(self.world, order) if "id" in order else by_hand.post(self.world, order)
        delivery.deliver(self.world)
        return shown

    def crowd(self, order: Json) -> Json:
        """Give a Page's post (`post`) a crowd of `comments` from its own time until now, instead of its talk."""
        with self.world.lock:
            post = self.world.find(str(order["post"]))
            if not isinstance(post, Post):
                raise InvalidError("sandbox.no_such_post")
            crowd = Crowd(self.world.seed, post, int(order["comments"]), self.world.now(),
                          self.world.switches.ordinary_share, self.world.nodes)  # fmt: skip
            self.world.crowds[post.tail] = crowd
        return {"comments": len(crowd)}

    def message(self, order: Json) -> Json:
        """The person behind a comment (`comment`) answers our private reply (`text`)."""
        with self.world.lock:
            found = self.world.find(str(order["comment"]))
            if not isinstance(found, Comment) or not found.answered_privately:
                raise InvalidError("sandbox.no_private_reply")
            private_replies.write_back(self.world, found, str(order["text"]))
        delivery.deliver(self.world)
        return {"success": True}

    def replay(self, order: Json) -> Json:
        """`texts`: what the audience says first, under posts that become visible from now on."""
        texts = [str(text) for text in order["texts"]]
        with self.world.lock:
            self.world.replay.extend(texts)
        return {"texts": len(texts)}

    def webhooks(self, order: Json) -> Json:
        """Subscribe a callback without the challenge: `callback_url`, maybe `objects`. Every owner gets all fields."""
        with self.world.lock:
            app = next(iter(self.world.apps.values()))
            for name in order.get("objects", ["page", "instagram"]):
                fields = {"page": ("feed", "messages"), "instagram": ("comments", "messages")}[name]
                subscription = Subscription(name, str(order["callback_url"]), fields, app.verify_token)
                self.world.subscriptions[name] = subscription
            for page in self.world.pages():
                page.subscribed[app.id] = ("feed", "messages")
            for account in self.world.accounts():
                account.subscribed[app.id] = ("comments", "messages")
        return {"success": True}

    def deliveries(self, _order: Json) -> Json:
        with self.world.lock:
            return {"deliveries": [asdict(one) for one in self.world.deliveries]}

    def token(self, order: Json) -> Json:
        """Let a token have a `subcode` (0: just invalid; null: mended), `scopes`, `targets`, `expires_at`."""
        with self.world.lock:
            token = self.world.tokens[str(order["token"])]
            if "subcode" in order:
                token.subcode = order["subcode"]
            if "scopes" in order:
                token.scopes = frozenset(order["scopes"])
            if "targets" in order:
                token.targets = {scope: tuple(ids) for scope, ids in order["targets"].items()}
            if "expires_at" in order:
                token.expires_at = utc(order["expires_at"]) if order["expires_at"] else None
        return {"success": True}

    def channels(self, _order: Json) -> Json:
        """Everything that a client needs to begin."""
        with self.world.lock:
            app = next(iter(self.world.apps.values()))
            tokens = [{"token": t.value, "kind": t.kind.value, "page_id": t.page_id, "ig_id": t.account_id}
                      for t in self.world.tokens.values()]  # fmt: skip
            pages = [{"page_id": p.id, "name": p.name, "ig_id": p.account_id} for p in self.world.pages()]
            return {"app_id": app.id, "app_secret": app.secret, "verify_token": app.verify_token,
                    "pages": pages, "tokens": tokens}  # fmt: skip

    def switches(self, order: Json) -> Json:
        with self.world.lock:
            self.world.switches = switched(self.world.switches, order)
            return asdict(self.world.switches)


def _answer(status: int, value: Any) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(), {"content-type": JSON_TYPE})


DESK: dict[tuple[str, str], Handler] = {
    ("GET", "clock"): Control.clock,
    ("POST", "clock"): Control.clock,
    ("GET", "faults"): Control.faults,
    ("POST", "faults"): Control.add_fault,
    ("DELETE", "faults"): Control.clear_faults,
    ("GET", "state"): Control.state,
    ("POST", "comment"): Control.comment,
    ("POST", "crowd"): Control.crowd,
    ("POST", "message"): Control.message,
    ("POST", "post"): Control.post,
    ("POST", "webhooks"): Control.webhooks,
    ("GET", "webhooks"): Control.deliveries,
    ("POST", "replay"): Control.replay,
    ("POST", "token"): Control.token,
    ("GET", "channels"): Control.channels,
    ("GET", "switches"): Control.switches,
    ("POST", "switches"): Control.switches,
}
