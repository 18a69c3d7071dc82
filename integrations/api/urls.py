"""Addresses that draw on several apps; they come before those of the single ones."""

from django.urls import path

from integrations.api.similar import SimilarToClaim, SimilarToDraft
from integrations.api.views import LotImpact

app_name = "integrations-api"

urlpatterns = [
    path("lots/<code:code>/impact/", LotImpact.as_view(), name="impact"),
    path("claims/similar/", SimilarToDraft.as_view(), name="similar_draft"),
    path("claims/<claim:number>/similar/", SimilarToClaim.as_view(), name="similar"),
]
