"""Claims are found by the present names of their customer, products and defects."""

from __future__ import annotations

from django.db.models import Model, Prefetch, QuerySet

from claims import events
from claims.commands.indexing import index_claims
from claims.models import Claim, ClaimItem
from claims.selectors import list_items
from core.actors import SYSTEM
from events.commands import record
from masterdata.models import Customer, DefectCode, Product

SLICE = 200

Renamed = Customer | Product | DefectCode


def reindex_named(*, source: Renamed, after: int = 0) -> None:
    """Write anew what the next claims that name `source` are found by, past the id `after`.

    The rest is ordered by an event of the source, which a handler takes up in a transaction of its
    own. Runs inside a transaction.
    """
    concerned = _naming(source).filter(pk__gt=after).order_by("pk").select_related("customer")
    rows = concerned.select_for_update(of=("self",))[: SLICE + 1]
    claims = list(rows.prefetch_related(Prefetch("items", list_items())))
    index_claims((claim, claim.items.all()) for claim in claims[:SLICE])
    if len(claims) > SLICE:
        model: type[Model] = type(source)
        locked = model._default_manager.select_for_update(of=("self",)).get(pk=source.pk)
        data = {"after": claims[SLICE - 1].pk}
        record(events.REINDEX_ORDERED, actor=SYSTEM, subject=locked, data=data)


def _naming(source: Renamed) -> QuerySet[Claim]:
    if isinstance(source, Customer):
        return Claim.objects.filter(customer=source)
    field = "product" if isinstance(source, Product) else "defect"
    items = ClaimItem.objects.filter(**{field: source})
    return Claim.objects.filter(pk__in=items.values("claim_id"))
