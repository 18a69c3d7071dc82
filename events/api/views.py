"""The feed."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.api.auth import Scope, scopes
from core.api.errors import ParameterInvalid
from core.api.pagination import whole_number
from core.api.schema import operation
from core.api.views import ApiView
from events.api.serializers import EventOut
from events.models import Event
from events.selectors import list_feed

MOST = 1000
LARGEST_ID = 2**63 - 1


class Feed(ApiView):
    """All facts that are meant for the outside, in an order in which none can be missed."""

    required_scopes = scopes(Scope.EVENTS_READ)

    @operation(
        "Poll the feed",
        answer=EventOut(many=True),
        parameters=[
            OpenApiParameter(
                "after",
                {"type": "integer", "minimum": 0, "maximum": LARGEST_ID},
                description="The id of the last event you have; none begins at the beginning.",
            ),
            OpenApiParameter(
                "page_size", {"type": "integer", "minimum": 1, "maximum": MOST, "default": 100}
            ),
        ],
    )
    def get(self, request: Request) -> Response:
        """Keep the id of the last event and ask again after it. Ids need not rise: the order is
        that of completion. `next` is null when there is nothing more at the moment."""
        after = whole_number(request, "after", 0, low=0, high=LARGEST_ID)
        size = whole_number(request, "page_size", 100, low=1, high=MOST)
        try:
            events = list_feed(self.actor, after, size)
        except Event.DoesNotExist:
            raise ParameterInvalid({"after": _("There is no event with this id.")}) from None
        response = self.rows(EventOut, events)
        if len(events) == size:
            here = request.build_absolute_uri()
            response.data["next"] = replace_query_param(here, "after", events[-1].pk)
        return response
