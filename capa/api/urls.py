"""The addresses of actions in the API."""

from __future__ import annotations

from django.urls import include, path

from capa.api import views

app_name = "capa-api"

below_action = [
    path("", views.OneAction.as_view(), name="action"),
    path("link/", views.LinkAction.as_view(), name="link"),
    path("start/", views.StartAction.as_view(), name="start"),
    path("progress/", views.Progress.as_view(), name="progress"),
    path("complete/", views.CompleteAction.as_view(), name="complete"),
    path("return/", views.ReturnAction.as_view(), name="return"),
    path("verify/", views.VerifyAction.as_view(), name="verify"),
    path("documents/<int:document>/updated/", views.MarkDocument.as_view(), name="document"),
    path("extensions/", views.Extensions.as_view(), name="extensions"),
    path("extensions/<int:asked>/decide/", views.DecideExtension.as_view(), name="extend"),
    path("cancellations/", views.Cancellations.as_view(), name="cancellations"),
    path("cancellations/<int:asked>/decide/", views.DecideCancellation.as_view(), name="cancel"),
]

urlpatterns = [
    path("actions/", views.AllActions.as_view(), name="all_actions"),
    path("claims/<claim:number>/actions/", views.Actions.as_view(), name="actions"),
    path("claims/<claim:number>/actions/<int:pk>/", include(below_action)),
    path(
        "claims/<claim:number>/no-action-reasons/",
        views.NoActionReasons.as_view(),
        name="no_action_reasons",
    ),
    path(
        "claims/<claim:number>/no-action-reasons/<int:pk>/decide/",
        views.DecideNoAction.as_view(),
        name="decide_no_action",
    ),
]
