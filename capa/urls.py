from django.urls import include, path

from capa.views import action, actions, tab

app_name = "capa"

claim_patterns = [
    path("", tab.tab, name="tab"),
    path("new/", tab.plan, name="plan"),
    path("causes/<int:pk>/no-action/", tab.no_action, name="no_action"),
    path("no-action/<int:pk>/", tab.decide_no_action, name="no_action_decide"),
]

action_patterns = [
    path("", action.detail, name="action"),
    path("edit/", action.edit, name="edit"),
    path("link/", action.link, name="link"),
    path("start/", action.start, name="start"),
    path("progress/", action.progress, name="progress"),
    path("complete/", action.complete, name="complete"),
    path("documents/<int:pk>/", action.document, name="document"),
    path("extension/", action.ask_extension, name="extension"),
    path("extensions/<int:pk>/", action.decide_extension, name="extension_decide"),
    path("verify/", action.verify, name="verify"),
    path("return/", action.give_back, name="give_back"),
    path("cancellation/", action.ask_cancellation, name="cancellation"),
    path("cancellations/<int:pk>/", action.decide_cancellation, name="cancellation_decide"),
]

urlpatterns = [
    path("actions/", actions.action_list, name="list"),
    path("actions/export/", actions.export, name="export"),
    path("actions/<str:number>/", include(action_patterns)),
    path("claims/<str:number>/actions/", include(claim_patterns)),
]
