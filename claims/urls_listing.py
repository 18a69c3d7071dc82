"""Addresses of the list; included by `claims.urls`."""

from django.urls import path

from claims.views import listing
from masterdata.models import Customer, Product

urlpatterns = [
    path("claims/", listing.claim_list, name="list"),
    path("claims/board/", listing.claim_board, name="board"),
    path("claims/export/", listing.export, name="export"),
    path("claims/columns/", listing.choose_columns, name="choose_columns"),
    path("claims/hand-over/", listing.hand_over, name="hand_over"),
    path("claims/views/", listing.save_view, name="save_view"),
    path("claims/views/<int:pk>/delete/", listing.delete_view, name="delete_view"),
    path(
        "claims/filter/customers/",
        listing.filter_options,
        {"model": Customer},
        name="filter_customers",
    ),
    path(
        "claims/filter/products/",
        listing.filter_options,
        {"model": Product},
        name="filter_products",
    ),
]
