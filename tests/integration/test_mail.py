from __future__ import annotations

import datetime as dt
import ssl
import traceback
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from outreach.errors import MailError
from outreach.mail import SmtpMailer, compose
from outreach.settings import MailSettings
from tests.mailboxes import PASSWORD, USER, mailbox

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def _self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_mail_arrives_with_its_arabic_subject_both_alternatives_and_images() -> None:
    with mailbox() as box:
        SmtpMailer(box.settings()).send(
            "lead@example.org", "الملخص الأسبوعي", "نص عادي\n", '<p>نص</p><img src="cid:chart">', images={"chart": PNG}
        )
    (message,) = box.messages
    assert message["Subject"] == "الملخص الأسبوعي"
    assert message["To"] == "lead@example.org"
    assert message["From"] == "digest@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert plain.get_content().splitlines() == ["نص عادي"]
    assert html is not None
    assert "<p>نص</p>" in html.get_content()
    (image,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert image["Content-ID"] == "<chart>"
    assert image.get_content() == PNG


def test_a_mail_without_html_is_plain_text_alone() -> None:
    with mailbox() as box:
        SmtpMailer(box.settings()).send("lead@example.org", "s", "text\n")
    assert box.messages[0].get_content_type() == "text/plain"


def test_every_line_that_is_sent_keeps_to_the_length_that_smtp_allows() -> None:
    message = compose("a@example.org", "b@example.org", "ملخص " * 40, "كلمة " * 4000, "<p>" + "كلمة " * 4000, images={})
    assert max(len(line) for line in message.as_bytes().splitlines()) <= 998  # RFC 5322 §2.1.1


def test_a_subject_cannot_smuggle_in_a_header() -> None:
    with pytest.raises(ValueError):
        compose("a@example.org", "b@example.org", "s\r\nBcc: c@example.org", "text", images={})


def test_without_a_server_nothing_is_sent_and_the_error_says_so() -> None:
    with pytest.raises(MailError) as caught:
        SmtpMailer(MailSettings()).send("lead@example.org", "s", "text")
    assert (caught.value.code, caught.value.permanent) == ("mail.not_configured", True)
    with pytest.raises(MailError, match=r"mail\.not_configured"):
        SmtpMailer(MailSettings()).check()


@pytest.mark.parametrize(
    ("answer", "code", "permanent"),
    [
        ("451 try later", "mail.refused", False),  # a full disk, greylisting
        ("554 no", "mail.refused", True),  # it will never take this mail
    ],
)
def test_the_servers_answer_tells_whether_trying_again_makes_sense(answer: str, code: str, permanent: bool) -> None:
    with mailbox() as box:
        box.answers = [answer]
        with pytest.raises(MailError) as caught:
            SmtpMailer(box.settings()).send("lead@example.org", "s", "text")
    assert (caught.value.code, caught.value.permanent) == (code, permanent)
    assert box.messages == []


def test_an_unknown_recipient_is_refused_for_good_and_not_named_in_the_error() -> None:
    nobody = "nobody@example.org"  # a traceback shows lines of this file
    with mailbox() as box:
        box.refused = {nobody}
        with pytest.raises(MailError) as caught:
            SmtpMailer(box.settings()).send(nobody, "s", "text")
    assert (caught.value.code, caught.value.permanent) == ("mail.recipient_refused", True)
    shown = "".join(traceback.format_exception(caught.value))
    assert nobody not in shown
    assert "is nobody here" not in shown


def test_a_server_that_is_away_is_worth_another_try() -> None:
    with mailbox() as box:
        settings = box.settings()
    with pytest.raises(MailError) as caught:  # it is closed by now
        SmtpMailer(settings).send("lead@example.org", "s", "text")
    assert (caught.value.code, caught.value.permanent) == ("mail.unreachable", False)


def test_the_password_signs_in_and_a_wrong_one_does_not() -> None:
    wrong = "wrong-password-canary"
    with mailbox(login=True) as box:
        right = SmtpMailer(box.settings(user=USER, password=PASSWORD))
        right.check()
        right.send("lead@example.org", "s", "text")
        with pytest.raises(MailError) as caught:
            SmtpMailer(box.settings(user=USER, password=wrong)).send("lead@example.org", "s", "text")
    assert box.logins[:2] == [True, True]
    assert len(box.logins) > 2
    assert not any(box.logins[2:])
    assert len(box.messages) == 1
    assert wrong not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_nobody_vouches_for_gets_neither_mail_nor_password(tmp_path: Path) -> None:
    with mailbox(tls=_self_signed(tmp_path), login=True) as box:
        settings = box.settings(security="starttls", user=USER, password=PASSWORD)
        with pytest.raises(MailError) as caught:
            SmtpMailer(settings).send("lead@example.org", "s", "text")
    assert caught.value.code == "mail.unreachable"
    assert (box.messages, box.logins) == ([], [])


def test_a_server_without_tls_is_refused_where_tls_is_set() -> None:
    with mailbox() as box, pytest.raises(MailError):
        SmtpMailer(box.settings(security="starttls")).send("lead@example.org", "s", "text")
    assert box.messages == []
