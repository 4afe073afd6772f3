"""The shop on Django. What each page does is in `examples.storefront`; money is in `gulf_payments.django`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, get_user_model, login
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from django.views.decorators.http import require_http_methods

from examples.django_shop.models import Carts
from examples.storefront.answers import Answer, Data, Moved
from examples.storefront.attempts import RATES
from examples.storefront.shop import Storefront
from examples.storefront.visits import Visit
from gulf_payments import Customer
from gulf_payments.django import payments
from gulf_payments.django.limits import Limit, client_address

View = Callable[..., HttpResponse]
LIMITS = {
    kind: Limit(kind, rate.amount, rate.get_expiry(), clock=lambda: payments.clock().timestamp())
    for kind, rate in RATES.items()
}


class Accounts:
    """Customers are Django's users."""

    def check(self, username: str, password: str, /) -> Customer | None:
        """The customer whose password this is."""
        return customer_of(authenticate(username=username, password=password))

    def find(self, _customer_id: str, /) -> None:
        """Nobody: who is logged in is known to Django, which tells each visit."""


def customer_of(user: Any, language: str = "ar") -> Customer | None:  # noqa: ANN401 - Django has no types
    """The customer that a user is."""
    if not user or user.is_anonymous:
        return None
    return Customer(id=str(user.pk), email=user.email, name=user.get_full_name(), locale=language)


def may_try(who: str, /) -> bool:
    """Count a try to pay, in Django's cache."""
    return LIMITS[who.partition(":")[0]].spend(who)


shop = Storefront(payments, Carts(), may_try=may_try, accounts=Accounts(), **settings.STOREFRONT)


def visit_of(request: HttpRequest) -> Visit:
    """The request, as far as the storefront cares."""
    return shop.visit(
        session=request.session,
        address=client_address(request),
        path=request.path,
        query=request.GET,
        form=request.POST if request.method == "POST" else None,
        customer=customer_of(request.user, request.session.get("language", "ar")),
    )


def respond(request: HttpRequest, answer: Answer) -> HttpResponse:
    """An answer of the storefront's, as Django's."""
    if isinstance(answer, Moved):
        response = HttpResponseRedirect(answer.to, status=answer.status)
    elif isinstance(answer, Data):
        response = JsonResponse(answer.content, status=answer.status)
    else:
        context = answer.context(csrf_input=csrf_input_lazy(request), csrf_token=csrf_token_lazy(request))
        response = render(request, answer.template, context, status=answer.status, using="jinja2")
    response.headers.update(answer.headers)
    return response


def page(method: Callable[..., Answer], *methods: str) -> View:
    """A page of the storefront as a view; no transaction is open while Stripe is asked."""

    @non_atomic_requests
    @require_http_methods(["HEAD", *(methods or ["GET"])])
    def view(request: HttpRequest, **names: str) -> HttpResponse:
        visit = visit_of(request)
        answer = method(visit, **names)
        if visit.customer and request.user.is_anonymous:
            login(request, get_user_model().objects.get(pk=visit.customer.id))  # the session gets another key
        return respond(request, answer)

    return view


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Any address that leads nowhere."""
    del exception
    return respond(request, shop.missing(visit_of(request)))


def secured(get_response: View) -> View:
    """Middleware: every answer has the storefront's security headers, the admin's too."""

    def respond_securely(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.update(shop.headers)
        return response

    return respond_securely
