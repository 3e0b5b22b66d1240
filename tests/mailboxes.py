"""A real SMTP server that keeps what it is given, and answers as a test wants it to."""

from __future__ import annotations

import asyncio
import email
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from outreach.settings import MailSettings

OK = "250 OK"
USER, PASSWORD = "outreach", "mail-password-for-tests"


@dataclass
class Mailbox:
    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    logins: list[bool] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)  #: to the next mails; then OK
    refused: set[str] = field(default_factory=set)  #: recipients
    on_data: Any = None  #: called while a mail is being handed over

    def settings(self, **values: Any) -> MailSettings:
        given = {"host": "127.0.0.1", "port": self.port, "security": "none", "sender": "digest@example.org"}
        return MailSettings(**{**given, **values})

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return f"550 <{address}> is nobody here"
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.on_data is not None:
            await asyncio.get_running_loop().run_in_executor(None, self.on_data)
        answer = self.answers.pop(0) if self.answers else OK
        if answer == OK:
            self.messages.append(email.message_from_bytes(envelope.content or b"", policy=policy.default))
        return answer

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, auth: LoginPassword) -> AuthResult:
        right = (auth.login, auth.password) == (USER.encode(), PASSWORD.encode())
        self.logins.append(right)
        return AuthResult(success=right, handled=False)


@contextmanager
def mailbox(*, tls: ssl.SSLContext | None = None, login: bool = False) -> Iterator[Mailbox]:
    """Serves on a free port; `tls` offers STARTTLS, `login` asks for a password."""
    box, loop = Mailbox(), asyncio.new_event_loop()
    open_ones: list[SMTP] = []

    def protocol() -> SMTP:
        talk = SMTP(
            box,
            loop=loop,
            hostname="test",
            tls_context=tls,
            authenticator=box.authenticate if login else None,
            auth_require_tls=False,
            enable_SMTPUTF8=True,
        )
        open_ones.append(talk)
        return talk

    server = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0))
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(_close(server, open_ones), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server, talks: list[SMTP]) -> None:
    server.close()
    for talk in talks:
        if talk.transport is not None:
            talk.transport.abort()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)
