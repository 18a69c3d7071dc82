"""The addresses of letters, decision and money in the API."""

from __future__ import annotations

from django.urls import include, path

from responses.api import views

app_name = "responses-api"

below_claim = [
    path("letters/", views.Letters.as_view(), name="letters"),
    path("letters/<int:pk>/", views.OneLetter.as_view(), name="letter"),
    path("letters/<int:pk>/submit/", views.SubmitLetter.as_view(), name="submit"),
    path("letters/<int:pk>/approve/", views.ApproveLetter.as_view(), name="approve"),
    path("letters/<int:pk>/return/", views.ReturnLetter.as_view(), name="return"),
    path("letters/<int:pk>/take-back/", views.TakeLetterBack.as_view(), name="take_back"),
    path("letters/<int:pk>/send/", views.SendLetter.as_view(), name="send"),
    path("letters/<int:pk>/mark-sent/", views.MarkLetterSent.as_view(), name="mark_sent"),
    path("decision/", views.TheDecision.as_view(), name="decision"),
    path("compensations/", views.Compensations.as_view(), name="compensations"),
    path("compensations/<int:pk>/", views.OneCompensation.as_view(), name="compensation"),
    path("compensations/<int:pk>/settle/", views.SettleCompensation.as_view(), name="settle"),
    path("costs/", views.Costs.as_view(), name="costs"),
    path("costs/<int:pk>/", views.OneCost.as_view(), name="cost"),
]

urlpatterns = [path("claims/<claim:number>/", include(below_claim))]
