"""The shop on FastAPI. The library works in threads, so that the event loop serves others while Stripe is slow."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.sessions import SessionMiddleware

from examples.storefront.answers import Answer, Data, Moved
from examples.storefront.headers import refusal
from examples.storefront.rendering import STATIC, render
from examples.storefront.routes import ROUTES
from examples.storefront.shop import Storefront
from examples.storefront.visits import Visit


async def visit_of(shop: Storefront, request: Request) -> Visit:
    """The request, as the shop sees it."""
    form = {name: str(value) for name, value in (await request.form()).items()} if request.method == "POST" else None
    address = request.client.host if request.client else ""
    path, query = request.url.path, request.query_params
    return shop.visit(session=request.scope.get("session", {}), address=address, path=path, query=query, form=form)


def respond(shop: Storefront, answer: Answer) -> Response:
    """The shop's answer, as a response."""
    headers = shop.headers | answer.headers
    if isinstance(answer, Moved):
        return RedirectResponse(answer.to, answer.status, headers)
    if isinstance(answer, Data):
        return JSONResponse(dict(answer.content), answer.status, headers)
    return HTMLResponse(render(answer), answer.status, headers)


def view_of(shop: Storefront, page: Callable[..., Answer]) -> Callable[[Request], Awaitable[Response]]:
    """A page of the shop as a view; it works in a thread, while the loop goes on."""

    async def view(request: Request) -> Response:
        visit = await visit_of(shop, request)
        return respond(shop, await run_in_threadpool(page, visit, **request.path_params))

    return view


def create_app(shop: Storefront) -> FastAPI:
    """The ASGI application, webhook included."""
    app = FastAPI(openapi_url=None)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.mount("/payments/webhook/stripe", shop.payments.asgi())

    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if status := refusal(request.method, request.url.path, request.headers.get):
            return respond(shop, shop.refused(shop.visit(session={}, address=""), status))
        return await call_next(request)

    async def lost(request: Request, error: Exception) -> Response:
        return respond(shop, shop.lost(await visit_of(shop, request), error))

    app.add_exception_handler(404, lost)
    app.add_exception_handler(500, lost)
    app.add_middleware(SessionMiddleware, secret_key=shop.signing_key, https_only=shop.is_https)

    for path, name, methods in ROUTES:
        app.add_route(re.sub("<(.+?)>", r"{\1}", path), view_of(shop, getattr(shop, name)), methods=list(methods))
    return app
