"""Mail by SMTP. The server's own words never leave this module: they may quote what was sent."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol

from outreach.errors import MailError
from outreach.settings import MailSettings

TIMEOUT = 20  #: seconds
_PERMANENT = 500  #: SMTP reply codes from here on are final (RFC 5321 §4.2.1)


class Mailer(Protocol):
    def send(
        self, to: str, subject: str, text: str, html: str | None = None, *, images: Mapping[str, bytes] | None = None
    ) -> None:
        """Hand one mail to the server; `images` are PNGs by content id ("cid:chart"). Raises MailError."""
        ...


class SmtpMailer:
    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def send(
        self, to: str, subject: str, text: str, html: str | None = None, *, images: Mapping[str, bytes] | None = None
    ) -> None:
        if not self._settings.host:
            raise MailError("mail.not_configured", permanent=True)
        message = compose(self._settings.sender, to, subject, text, html, images=images or {})
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPResponseException as error:
            failure = MailError("mail.refused", permanent=error.smtp_code >= _PERMANENT, status=error.smtp_code)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            failure = MailError("mail.recipient_refused", permanent=all(code >= _PERMANENT for code in codes))
        except (smtplib.SMTPException, OSError) as error:
            failure = MailError("mail.unreachable", error=type(error).__name__)
        else:
            return
        raise failure  # outside of `except`: the library's error quotes addresses and must not travel along

    def check(self) -> None:
        """Connect and sign in without sending. Raises MailError."""
        if not self._settings.host:
            raise MailError("mail.not_configured", permanent=True)
        try:
            with self._connect() as server:
                server.noop()
        except (smtplib.SMTPException, OSError) as error:
            failure = MailError("mail.unreachable", error=type(error).__name__)
        else:
            return
        raise failure

    def _connect(self) -> smtplib.SMTP:
        wanted = self._settings
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if wanted.security == "tls":
            server = smtplib.SMTP_SSL(wanted.host, wanted.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(wanted.host, wanted.port, timeout=TIMEOUT)
        try:
            if wanted.security == "starttls":
                server.starttls(context=context)
            if wanted.user:
                server.login(wanted.user, wanted.password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server


def compose(
    sender: str, to: str, subject: str, text: str, html: str | None = None, *, images: Mapping[str, bytes]
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers please
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
        part = message.get_payload()[1]  # type: ignore[index]
        for name, data in images.items():
            part.add_related(data, "image", "png", cid=f"<{name}>")  # type: ignore[union-attr]
    return message
