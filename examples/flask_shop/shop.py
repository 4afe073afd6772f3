"""The shop on Flask. What each page does is in `examples.storefront`; the webhook is the library's own endpoint."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, jsonify, make_response, redirect, request, session
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from examples.storefront.answers import Answer, Data, Moved
from examples.storefront.headers import refusal
from examples.storefront.rendering import STATIC, render
from examples.storefront.routes import ROUTES
from examples.storefront.shop import Storefront
from examples.storefront.visits import Visit


def visit_of(shop: Storefront) -> Visit:
    """The request, as the shop sees it."""
    form, address = request.form if request.method == "POST" else None, request.remote_addr or ""
    return shop.visit(session=session, address=address, path=request.path, query=request.args, form=form)


def respond(answer: Answer) -> Response:
    """The shop's answer, as a response."""
    if isinstance(answer, Moved):
        response = make_response(redirect(answer.to, answer.status))
    elif isinstance(answer, Data):
        response = make_response(jsonify(answer.content), answer.status)
    else:
        response = make_response(render(answer), answer.status)
    response.headers.update(answer.headers)
    return response


def view_of(shop: Storefront, page: Callable[..., Answer]) -> Callable[..., Response]:
    """A page of the shop as a view."""
    return lambda **names: respond(page(visit_of(shop), **names))


def create_app(shop: Storefront) -> Flask:
    """The WSGI application, webhook included."""
    app = Flask(__name__, static_folder=STATIC, static_url_path="/static")
    app.secret_key = shop.signing_key
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=shop.is_https)
    webhook = {"/payments/webhook/stripe": shop.payments.wsgi()}
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, webhook)  # type: ignore[method-assign]  # Flask's own way

    @app.before_request
    def guard() -> Response | None:
        status = refusal(request.method, request.path, request.headers.get)
        return respond(shop.refused(visit_of(shop), status)) if status else None

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers.update(shop.headers)
        return response

    for status in (404, 500):
        app.register_error_handler(status, lambda error: respond(shop.lost(visit_of(shop), error)))

    for path, name, methods in ROUTES:
        app.add_url_rule(path, name, view_of(shop, getattr(shop, name)), methods=methods)
    return app
