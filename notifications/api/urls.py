"""The addresses of notices and containment orders in the API."""

from __future__ import annotations

from django.urls import include, path

from notifications.api import rules, views

app_name = "notifications-api"

below_claim = [
    path("notices/", views.Notices.as_view(), name="notices"),
    path("notices/<int:pk>/confirm/", views.ConfirmNotice.as_view(), name="confirm"),
    path("notices/<int:pk>/hand-over/", views.HandOverNotice.as_view(), name="hand_over"),
    path("recipients/", views.Recipients.as_view(), name="recipients"),
    path("recipients/<int:pk>/", views.Recipient.as_view(), name="recipient"),
    path("containment-orders/", views.Orders.as_view(), name="orders"),
    path("containment-orders/<int:pk>/execute/", views.ExecuteOrder.as_view(), name="execute"),
    path("containment-orders/<int:pk>/lift/", views.LiftOrder.as_view(), name="lift"),
]

urlpatterns = [
    path("lots/<code:code>/holds/", views.LotHolds.as_view(), name="lot_holds"),
    path("claims/<claim:number>/", include(below_claim)),
    path("notification-rules/", rules.Rules.as_view(), name="rules"),
    path("notification-rules/preview/", rules.PreviewRules.as_view(), name="rules_preview"),
    path("notification-rules/<int:pk>/", rules.Rule.as_view(), name="rule"),
]
