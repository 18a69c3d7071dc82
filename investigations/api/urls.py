"""The addresses of the investigation in the API."""

from __future__ import annotations

from django.urls import include, path

from investigations.api import causes, views

app_name = "investigations-api"

below_claim = [
    path("facts/", views.Facts.as_view(), name="facts"),
    path("facts/<int:fact>/supersede/", views.SupersedeFact.as_view(), name="supersede_fact"),
    path("sources/", views.Sources.as_view(), name="sources"),
    path("sources/<int:pk>/check/", views.CheckSource.as_view(), name="check_source"),
    path("sources/<int:pk>/reopen/", views.ReopenSource.as_view(), name="reopen_source"),
    path("team/", views.Team.as_view(), name="team"),
    path("team/<int:pk>/", views.Member.as_view(), name="member"),
    path("traceability/", views.Traceability.as_view(), name="traceability"),
    path("affected-lots/", views.AffectedLots.as_view(), name="affected_lots"),
    path("affected-lots/<int:pk>/judge/", views.JudgeLot.as_view(), name="judge_lot"),
    path("affected-lots/<int:pk>/count/", views.CountLot.as_view(), name="count_lot"),
    path("finding/", views.Findings.as_view(), name="finding"),
    path("comparison/", views.Comparison.as_view(), name="comparison"),
    path("comparison/<int:pk>/", views.ComparisonRow.as_view(), name="comparison_row"),
    path("causes/", causes.Causes.as_view(), name="causes"),
    path("causes/no-escape/", causes.NoEscapeCause.as_view(), name="no_escape"),
    path("causes/<int:pk>/facts/", causes.SupportCause.as_view(), name="support_cause"),
    path("causes/<int:pk>/confirm/", causes.ConfirmCause.as_view(), name="confirm_cause"),
    path("causes/<int:pk>/rule-out/", causes.RuleOutCause.as_view(), name="rule_out_cause"),
    path("causes/<int:pk>/reconsider/", causes.ReconsiderCause.as_view(), name="reconsider_cause"),
    path("why-chains/", causes.Chains.as_view(), name="why_chains"),
    path("why-chains/<int:pk>/whys/", causes.Whys.as_view(), name="whys"),
    path("why-chains/<int:pk>/conclude/", causes.ConcludeChain.as_view(), name="conclude_chain"),
]

urlpatterns = [path("claims/<claim:number>/", include(below_claim))]
