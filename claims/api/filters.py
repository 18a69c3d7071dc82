"""The filters of the claims list, and what only programs ask for."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from claims.filters import ClaimFilter
from core.api.filters import MomentFilter


class ClaimApiFilter(ClaimFilter):
    """The filters of the page, `updated_after` for incremental pulls, and the client's own key."""

    updated_after = MomentFilter(
        label=_("Changed after"), field_name="updated_at", lookup_expr="gt"
    )
    source_reference = django_filters.CharFilter(field_name="source_reference", max_length=128)
    number = django_filters.CharFilter(field_name="number", max_length=16)
