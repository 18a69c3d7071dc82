"""The addresses of master data in the API."""

from __future__ import annotations

from django.urls import path

from masterdata.api import views

app_name = "masterdata-api"

urlpatterns = [
    path("customers/", views.Customers.as_view(), name="customers"),
    path("customers/<code:code>/", views.CustomerRecord.as_view(), name="customer"),
    path("products/", views.Products.as_view(), name="products"),
    path("products/<code:code>/", views.ProductRecord.as_view(), name="product"),
    path("lots/", views.Lots.as_view(), name="lots"),
    path("lots/<code:code>/", views.LotRecord.as_view(), name="lot"),
    path("lines/", views.Lines.as_view(), name="lines"),
    path("lines/<code:code>/", views.LineRecord.as_view(), name="line"),
    path("sites/", views.Sites.as_view(), name="sites"),
    path("sites/<code:code>/", views.SiteRecord.as_view(), name="site"),
    path("shipments/bulk/", views.ShipmentsBulk.as_view(), name="shipments"),
]
