"""The shop on Django. What each page does is in `examples.storefront`; money is in `gulf_payments.django`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, get_user_model, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from examples.django_shop.models import Carts
from examples.storefront.answers import Answer, Data, Moved
from examples.storefront.attempts import RATES
from examples.storefront.headers import refusal
from examples.storefront.shop import Storefront
from examples.storefront.visits import Visit
from gulf_payments import Customer
from gulf_payments.django import payments
from gulf_payments.django.atomicity import never_atomic
from gulf_payments.django.limits import Limit, client_address

View = Callable[..., HttpResponse]


LIMITS = {kind: Limit(kind, rate.amount, rate.get_expiry()) for kind, rate in RATES.items()}


class Accounts:
    """Customers are Django's users."""

    def check(self, username: str, password: str, /) -> Customer | None:
        """The customer whose password this is."""
        return customer_of(authenticate(username=username, password=password))

    def find(self, _customer_id: str, /) -> None:
        """Nobody: who is logged in is known to Django, which tells each visit."""


def customer_of(user: Any, language: str = "ar") -> Customer | None:  # noqa: ANN401 - Django has no types
    """The customer that a user is."""
    known = user is not None and user.is_authenticated
    return Customer(id=str(user.pk), email=user.email, name=user.get_full_name(), locale=language) if known else None


def may_try(who: str, /) -> bool:
    """Count a try to pay, in Django's cache."""
    return LIMITS[who.partition(":")[0]].spend(who)


shop = Storefront(payments, Carts(), may_try=may_try, accounts=Accounts(), **settings.STOREFRONT)


def visit_of(request: HttpRequest) -> Visit:
    """The request, as far as the storefront cares."""
    session, form = request.session, request.POST if request.method == "POST" else None
    known = {"customer": customer_of(request.user, session.get("language", "ar")), "address": client_address(request)}
    return shop.visit(session=session, path=request.path, query=request.GET, form=form, **known)


def respond(request: HttpRequest, answer: Answer) -> HttpResponse:
    """An answer of the storefront's, as Django's."""
    if isinstance(answer, Moved):
        return HttpResponseRedirect(answer.to, status=answer.status, headers=answer.headers)
    if isinstance(answer, Data):
        return JsonResponse(answer.content, status=answer.status, headers=answer.headers)
    context = answer.context(csrf_input=csrf_input_lazy(request), csrf_token=csrf_token_lazy(request))
    text = render_to_string(answer.template, context, request, using="jinja2")
    return HttpResponse(text, status=answer.status, headers=answer.headers)


def tell_django(request: HttpRequest, visit: Visit) -> None:
    """Let Django know who came or left; either way the session gets another key, and the old one is worth nothing."""
    known, language = str(request.user.pk or ""), visit.language
    if visit.customer and visit.customer.id != known:
        login(request, get_user_model().objects.get(pk=visit.customer.id))
    elif known and visit.customer is None:
        request.session.flush()
        request.session["language"] = language


def view_of(name: str, methods: tuple[str, ...]) -> View:
    """A page of the storefront as a view; no transaction is open while Stripe is asked."""

    @never_atomic
    @require_http_methods([*methods, "HEAD"])
    def view(request: HttpRequest, **names: str) -> HttpResponse:
        if status := refusal(request.method, request.path, request.headers.get):
            return respond(request, shop.refused(visit_of(request), status))
        visit = visit_of(request)
        answer = getattr(shop, name)(visit, **names)
        tell_django(request, visit)
        return respond(request, answer)

    return view


def refused(request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ANN401 - Django's reason is for developers
    """A form whose token is too old, or another site's."""
    return respond(request, shop.refused(visit_of(request), 403))


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Any address that leads nowhere."""
    return respond(request, shop.missing(visit_of(request)))


def broken(request: HttpRequest) -> HttpResponse:
    """Something went wrong; Django has logged what."""
    return respond(request, shop.broken(visit_of(request)))


def secured(get_response: View) -> View:
    """Middleware: every answer has the storefront's security headers, the admin's too."""

    def respond_securely(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in shop.headers.items():
            response[name] = value
        return response

    return respond_securely
