"""Addresses that draw on several apps; they come before those of master data."""

from django.urls import path

from integrations.api.views import LotImpact

app_name = "integrations-api"

urlpatterns = [path("lots/<code:code>/impact/", LotImpact.as_view(), name="impact")]
