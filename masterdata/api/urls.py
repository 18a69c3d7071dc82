"""The addresses of master data in the API."""

from __future__ import annotations

from django.urls import path

from masterdata.api.kinds import KINDS
from masterdata.api.views import ShipmentsBulk, list_view, record_view

app_name = "masterdata-api"

urlpatterns = [
    *(path(f"{kind.path}/", list_view(kind).as_view(), name=kind.path) for kind in KINDS),
    *(
        path(f"{kind.path}/<code:code>/", record_view(kind).as_view(), name=kind.path + "_record")
        for kind in KINDS
    ),
    path("shipments/bulk/", ShipmentsBulk.as_view(), name="shipments"),
]
