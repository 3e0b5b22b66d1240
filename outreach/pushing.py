"""Hands a notice to a service on the internet, by the library apprise: few kinds, https alone, no private address.

Addresses carry credentials: none leaves this module, in an error, a log line or a file.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from outreach.errors import InvalidError, NoticeError

if TYPE_CHECKING:
    from apprise import Apprise

#: Kinds that speak https with one host of their own.
FIXED = frozenset({"slack", "tgram"})
#: Kinds that speak https with a host that the address names.
HOSTED = frozenset({"jsons", "matrixs", "mmosts", "ntfys", "workflows"})
ALLOWED = FIXED | HOSTED
#: Without TLS: for a receiver on this machine, in a sandbox installation alone.
LOCAL = frozenset({"json", "ntfy"})
#: What an address may set beyond host and path. `verify`, `redirect` and `attach` are kept out on purpose.
PARAMETERS = frozenset({"auth", "mode", "priority", "tags", "thread", "to", "token"})
TIMEOUT = 20  #: seconds for one service, all tries taken together


class Push:
    """`sandbox`: receivers on this machine are allowed, and no other private address is."""

    def __init__(self, *, sandbox: bool) -> None:
        self._sandbox = sandbox

    def kind_of(self, address: str) -> str:
        """The kind of service that an address is for, after every check that needs no network. Raises InvalidError."""
        parts = _split(address)
        kind = str(parts.scheme).lower()
        if kind not in (ALLOWED | LOCAL if self._sandbox else ALLOWED):
            raise InvalidError("notice.kind_refused", allowed=", ".join(sorted(ALLOWED)))
        extra = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)} - PARAMETERS
        if extra:
            raise InvalidError("notice.parameter_refused", allowed=", ".join(sorted(PARAMETERS)))
        if _service(address) is None:
            raise InvalidError("notice.address_unusable", kind=kind)
        return kind

    def send(self, address: str, title: str, text: str) -> None:
        """Raises NoticeError, whatever goes wrong; of a service that may not be used it says so."""
        try:
            kind = self.kind_of(address)
            self._check_host(address, kind)
        except InvalidError as error:
            failure = NoticeError(error.code, permanent=True, **error.params)
        else:
            if _pushed(address, title, text):
                return
            failure = NoticeError("notice.not_taken", kind=kind)
        raise failure  # outside of `except`: what the library raises may quote the address

    def _check_host(self, address: str, kind: str) -> None:
        """Resolve the host and refuse an address that is not public: a service must not be a door into our network."""
        if kind in FIXED:
            return
        host = _split(address).hostname or ""
        try:
            found = {str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
        except (OSError, UnicodeError):
            found = set()
        if not found:
            raise InvalidError("notice.host_unknown", kind=kind)
        if not all(self._may_reach(ipaddress.ip_address(each.partition("%")[0]), kind) for each in found):
            raise InvalidError("notice.host_private", kind=kind)

    def _may_reach(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address, kind: str) -> bool:
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if address.is_loopback:
            return self._sandbox
        return kind not in LOCAL and address.is_global and not address.is_multicast


def _split(address: str) -> Any:
    try:
        parts = urlsplit(address)
        usable = parts.scheme.lower() in FIXED or (bool(parts.hostname) and parts.port != 0)
    except ValueError:
        usable = False
    if not usable:
        raise InvalidError("notice.address_unusable", kind="?")
    return parts


def _service(address: str) -> Apprise | None:
    """The library's object for one address; None when it cannot read it."""
    found = _library()
    try:
        return found if found.add(address) else None
    except Exception:  # noqa: BLE001  whatever the library stumbles over is an address that cannot be used
        return None


def _library() -> Apprise:
    """Loaded when first needed, since that takes a tenth of a second. Nothing is kept on disk, nothing is logged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # modules that kinds we never use import
        from apprise import Apprise, AppriseAsset, manager_plugins  # noqa: PLC0415

        manager_plugins.NotificationManager().load_modules()  # type: ignore[no-untyped-call]
    logging.getLogger("apprise").addFilter(_silence)  # it logs addresses and what is sent
    asset = AppriseAsset(
        storage_mode="memory",
        http_redirects=False,
        async_mode=False,
        service_timeout=TIMEOUT,
        result_log_disk_size=0,
        app_id="outreach",
        app_desc="outreach",
    )
    return Apprise(asset=asset)


def _pushed(address: str, title: str, text: str) -> bool:
    service = _service(address)
    try:
        return bool(service is not None and service.notify(title=title, body=text))
    except Exception:  # noqa: BLE001  its text may quote the address
        return False


def _silence(_record: logging.LogRecord) -> bool:
    return False
