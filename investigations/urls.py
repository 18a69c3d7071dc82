from django.urls import include, path

from investigations.views import causes, facts, tab, tracing

app_name = "investigations"

claim_patterns = [
    path("", tab.tab, name="tab"),
    path("facts/new/", facts.state, name="fact_new"),
    path("facts/<int:fact>/supersede/", facts.supersede, name="fact_supersede"),
    path("plan/", facts.begin_plan, name="plan_begin"),
    path("sources/new/", facts.add_source, name="source_new"),
    path("sources/<int:pk>/check/", facts.check_source, name="source_check"),
    path("sources/<int:pk>/reopen/", facts.reopen_source, name="source_reopen"),
    path("team/new/", facts.add_member, name="member_new"),
    path("team/<int:pk>/", facts.set_role, name="member_role"),
    path("team/<int:pk>/remove/", facts.remove_member, name="member_remove"),
    path("causes/new/", causes.propose, name="cause_new"),
    path("causes/no-escape/", causes.no_escape, name="no_escape"),
    path("causes/<int:pk>/", causes.edit, name="cause_edit"),
    path("causes/<int:pk>/facts/", causes.support, name="cause_support"),
    path("causes/<int:pk>/decide/", causes.decide, name="cause_decide"),
    path("causes/<int:pk>/code/", causes.code, name="cause_code"),
    path("causes/<int:pk>/reconsider/", causes.reconsider, name="cause_reconsider"),
    path("whys/new/", causes.open_chain, name="chain_new"),
    path("whys/<int:pk>/next/", causes.answer_why, name="why_new"),
    path("whys/<int:pk>/cause/", causes.conclude_chain, name="chain_conclude"),
    path("why/<int:pk>/", causes.edit_why, name="why_edit"),
    path("why/<int:pk>/remove/", causes.remove_why, name="why_remove"),
    path("comparison/new/", causes.compare, name="comparison_new"),
    path("comparison/<int:pk>/", causes.compare, name="comparison_edit"),
    path("comparison/<int:pk>/remove/", causes.remove_comparison, name="comparison_remove"),
    path("traceability/<str:question>/", tracing.answer, name="answer"),
    path("lots/", tracing.lots_to_look_at, name="lots_to_look_at"),
    path("lots/new/", tracing.name_lot, name="lot_new"),
    path("lots/refresh/", tracing.refresh_lots, name="lots_refresh"),
    path("lots/<int:pk>/judge/", tracing.judge_lot, name="lot_judge"),
    path("lots/<int:pk>/count/", tracing.count_lot, name="lot_count"),
    path("finding/", tracing.finding, name="finding_state"),
]

urlpatterns = [path("claims/<str:number>/investigation/", include(claim_patterns))]
