"""FastAPI's shop calls the library in threads: while Stripe is slow, its loop serves others."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.examples.shops import ADDRESS, AsgiTransport, Browser, open_shop

SLOW_SECONDS = 2.0


async def _both(app: Any, path: str, cookies: httpx.Cookies) -> tuple[httpx.Response, float, float]:
    """The slow request's answer, and how long it and another visitor's page took, on one loop."""
    transport, began = httpx.ASGITransport(app), time.monotonic()
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, cookies=cookies) as client:
        starting = asyncio.create_task(client.post(path, headers=headers))
        await asyncio.sleep(0)
        assert (await client.get("/login/")).status_code == 200
        quick = time.monotonic() - began
        return await starting, time.monotonic() - began, quick


def test_the_loop_stays_free_while_stripe_is_slow(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Another visitor's page comes while the first one's payment still waits for Stripe."""
    with open_shop("fastapi", tmp_path, request) as shop:
        browser = Browser(shop)
        order = browser.order()
        transport = browser.client._transport
        assert isinstance(transport, AsgiTransport)
        shop.fake.fail_next("slow", ("POST", "/v1/payment_intents"), seconds=SLOW_SECONDS)
        answer, slow, quick = asyncio.run(_both(transport.app, f"/pay/{order}/start/", browser.client.cookies))
        assert answer.status_code == 200
        assert quick < SLOW_SECONDS <= slow
