"""The addresses of claims in the API."""

from __future__ import annotations

from django.urls import include, path

from claims.api.views import claims, course, parts

app_name = "claims-api"

below_claim = [
    path("", claims.ClaimDetail.as_view(), name="claim"),
    path("transitions/", course.Transitions.as_view(), name="transitions"),
    path("transitions/<slug:name>/", course.Move.as_view(), name="move"),
    path("severity/", course.SetSeverity.as_view(), name="severity"),
    path("priority/", course.SetPriority.as_view(), name="priority"),
    path("owner/", course.SetOwner.as_view(), name="owner"),
    path("duplicates/", course.AnswerDuplicates.as_view(), name="duplicates"),
    path(
        "acknowledgement-waiver/",
        course.WaiveAcknowledgement.as_view(),
        name="acknowledgement_waiver",
    ),
    path("containment-waiver/", course.WaiveContainment.as_view(), name="containment_waiver"),
    path("clocks/", course.Clocks.as_view(), name="clocks"),
    path("clocks/<int:pk>/", course.ClockDetail.as_view(), name="clock"),
    path("pauses/", course.Pauses.as_view(), name="pauses"),
    path("resume/", course.Resume.as_view(), name="resume"),
    path("events/", course.History.as_view(), name="events"),
    path("items/", parts.Items.as_view(), name="items"),
    path("items/<int:pk>/", parts.Item.as_view(), name="item"),
    path("comments/", parts.Comments.as_view(), name="comments"),
    path("attachments/", parts.Attachments.as_view(), name="attachments"),
    path("attachments/<int:pk>/", parts.AttachmentDetail.as_view(), name="attachment"),
    path("attachments/<int:pk>/content/", parts.AttachmentContent.as_view(), name="content"),
    path("samples/", parts.Samples.as_view(), name="samples"),
    path("samples/<int:pk>/", parts.SampleDetail.as_view(), name="sample"),
]

urlpatterns = [
    path("claims/", claims.Claims.as_view(), name="claims"),
    path("claims/bulk/", claims.ClaimsBulk.as_view(), name="bulk"),
    path("claims/<claim:number>/", include(below_claim)),
]
