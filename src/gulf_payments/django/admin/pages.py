"""The page of a deed: a form, then the question, then the deed; nothing of it inside a transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gulf_payments.django import models
from gulf_payments.django.admin.deeds import Deed, Done
from gulf_payments.django.admin.reading import database, is_ours, record_of
from gulf_payments.django.atomicity import never_atomic
from gulf_payments.errors import GulfPaymentsError

TEMPLATE = "admin/gulf_payments/deed.html"
Page = Callable[..., HttpResponse]


def deed_paths(model_admin: Any, deeds: tuple[type[Deed], ...]) -> list[Any]:
    """An address for each deed: `<order>/refund/`, ..., outside any transaction, even with ATOMIC_REQUESTS."""
    return [
        path(
            f"<path:object_id>/{deed.name}/",
            never_atomic(model_admin.admin_site.admin_view(_page(model_admin, deed))),
            name=f"gulf_payments_order_{deed.name}",
        )
        for deed in deeds
    ]


def offered_to(request: HttpRequest, row: models.Order, deeds: tuple[type[Deed], ...]) -> list[type[Deed]]:
    """What this person may do to this order as it stands."""
    if not is_ours(row):
        return []
    record = record_of(row)
    return [deed for deed in deeds if may(request, deed) and deed.offered(record)]


def may(request: HttpRequest, deed: type[Deed]) -> bool:
    """Whether this person has the permission."""
    return bool(request.user.has_perm(f"gulf_payments.{deed.permission}"))


def _page(model_admin: Any, deed: type[Deed]) -> Page:
    def page(request: HttpRequest, object_id: str) -> HttpResponse:
        row = model_admin.get_object(request, object_id)
        if row is None:
            return model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)  # noqa: SLF001 - Django's own answer
        if not (model_admin.has_view_permission(request, row) and may(request, deed) and is_ours(row)):
            raise PermissionDenied
        if request.method == "POST" and (request.POST.get("confirmed") or deed.offered(record_of(row))):
            return _answered(model_admin, request, row, deed(record_of(row), request.POST))
        if not deed.offered(record_of(row)):
            messages.warning(request, _("The order's state does not allow this."))
            return _back(row)
        return _shown(model_admin, request, row, deed(record_of(row), initial=request.GET.dict()))

    return page


def _answered(model_admin: Any, request: HttpRequest, row: models.Order, form: Deed) -> HttpResponse:
    if not form.is_valid() or "back" in request.POST:
        return _shown(model_admin, request, row, form)
    if not form.is_confirmed:
        return _shown(model_admin, request, row, form, question=form.asked())
    try:
        done = form.perform(f"staff:{request.user.pk}")
    except GulfPaymentsError as error:
        done = form.failed(error)
    if done.logged:
        _log(model_admin, request, row, done)
    messages.add_message(request, messages.SUCCESS if done.well else messages.WARNING, done.said)
    return _back(row)


def _log(model_admin: Any, request: HttpRequest, row: models.Order, done: Done) -> None:
    """Log a deed once, however often it was clicked: the order's row is the lock."""
    with transaction.atomic(using=database()):
        models.Order.objects.using(database()).select_for_update().get(pk=row.pk)
        known = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk), change_message=done.said
        )
        if not known.exists():
            model_admin.log_change(request, row, done.said)


def _back(row: models.Order) -> HttpResponse:
    return redirect(reverse("admin:gulf_payments_order_change", args=[row.pk]))


def _shown(
    model_admin: Any, request: HttpRequest, row: models.Order, form: Deed, *, question: str = ""
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": form.title,
        "opts": model_admin.opts,
        "original": row,
        "form": form,
        "order": form.order,
        "question": question,
        "media": model_admin.media,
    }
    answer = render(request, TEMPLATE, context)
    answer["Cache-Control"] = "no-store"
    return answer
