"""Meta's webhook: the handshake and deliveries. The signature is over the raw bytes, stored sealed before any work."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import PlainTextResponse

from outreach import comments
from outreach.web.deps import SiteDep

router = APIRouter()


async def raw_body(request: Request) -> bytes:
    return await request.body()


@router.get("/webhooks/meta")
def handshake(request: Request, site: SiteDep) -> PlainTextResponse:
    """Meta asks once whether the address is ours (graph-api.md §10); DeniedError for a wrong token."""
    verify_token = site.settings.meta.verify_token.get_secret_value()
    return PlainTextResponse(comments.challenge(request.query_params, verify_token))


@router.post("/webhooks/meta")
def deliver(
    site: SiteDep,
    raw: Annotated[bytes, Depends(raw_body)],
    signature: Annotated[str | None, Header(alias="x-hub-signature-256", max_length=200)] = None,
) -> PlainTextResponse:
    """Stores and answers; a job does the work, so that Meta never waits for it."""
    meta = site.settings.meta
    secrets = [meta.app_secret.get_secret_value(), meta.instagram_app_secret.get_secret_value()]
    comments.receive(site.database, raw, signature, secrets, now=site.clock.now())
    return PlainTextResponse("ok")
