"""What search boxes ask: JSON for selects, or `<option>`s for text fields that only suggest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from claims import lookups
from claims.lookups import Option
from core.actors import Actor
from core.text import whole_number
from masterdata.policies import can_read_masterdata, require

View = Callable[[HttpRequest], HttpResponse]


def signed_in(view: View) -> View:
    """401 in place of a redirect: the asker is a script, not a reader."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"results": []}, status=401)
        return view(request)

    return require_GET(guarded)


def _said(request: HttpRequest, *names: str) -> str:
    """A value by its name, or by its name in a row of a formset (`items-0-product`)."""
    for name in names:
        for key, value in request.GET.items():
            if (key == name or key.endswith(f"-{name}")) and value:
                return str(value).strip()[:100]
    return ""


def _answer(request: HttpRequest, options: Sequence[Option]) -> HttpResponse:
    if request.GET.get("as") == "options":
        return render(request, "claims/lookup_options.html", {"options": options})
    return JsonResponse({"results": [option.as_json() for option in options]})


@signed_in
def products(request: HttpRequest) -> HttpResponse:
    """Products by code, name or family."""
    return _answer(request, lookups.find_products(_said(request, "q", "product")))


@signed_in
def lots(request: HttpRequest) -> HttpResponse:
    """Lots by code, of one product (id, or as typed) if given."""
    product = _said(request, "product")
    if product and whole_number(product) is None:
        named = lookups.product_named(product)
        product = str(named.pk) if named else ""
    text = _said(request, "q", "lot_code", "lot")
    return _answer(request, lookups.find_lots(text, product))


@signed_in
def customers(request: HttpRequest) -> HttpResponse:
    """Customers by code, name or city."""
    return _answer(request, lookups.find_customers(_said(request, "q", "customer")))


@signed_in
def contacts(request: HttpRequest) -> HttpResponse:
    """Contacts of one customer."""
    require(can_read_masterdata(Actor.of_request(request)))
    return _answer(request, lookups.find_contacts(_said(request, "q"), _said(request, "customer")))


@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """Active people by name or address."""
    return _answer(request, lookups.find_people(_said(request, "q")))


@signed_in
def defects(request: HttpRequest) -> HttpResponse:
    """Defect codes by code or name."""
    return _answer(request, lookups.find_defects(_said(request, "q")))


@signed_in
def lot_facts(request: HttpRequest) -> HttpResponse:
    """What is known of a typed lot: made when and where, shipped to whom; or what it may be."""
    code = _said(request, "lot_code", "lot")
    facts = lookups.lot_facts(code) if code else None
    context = {"code": code, "facts": facts, "meant": None if facts else lookups.lot_meant(code)}
    return render(request, "claims/lot_facts.html", context)
