from django.urls import path, register_converter

from claims.views import detail


class ClaimNumber:
    """`26-0147`; keeps the pages beside the claims (`claims/new/`) apart from them."""

    regex = r"\d{2}-\d{4,}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ClaimNumber, "claim")

app_name = "claims"

urlpatterns = [
    path("claims/<claim:number>/", detail.detail, name="detail"),
    path("claims/<claim:number>/edit/", detail.detail, name="edit"),
]
