from django.urls import include, path

from notifications.views import containment, failed, inbox, link, preview, recipients, rooms, rules

app_name = "notifications"

claim_patterns = [
    path("containment/new/", containment.order, name="order"),
    path("containment/waive/", containment.waive, name="waive_containment"),
    path("containment/<int:pk>/execute/", containment.execute, name="execute"),
    path("containment/<int:pk>/lift/", containment.lift, name="lift"),
    path("recipients/new/", recipients.name_recipient, name="name_recipient"),
    path("recipients/<int:pk>/remove/", recipients.remove_recipient, name="remove_recipient"),
    path("notices/<int:pk>/hand-over/", recipients.hand_over, name="hand_over"),
    path("notices/<int:pk>/try-again/", recipients.try_again, name="try_again"),
]

rule_patterns = [
    path("", rules.rules, name="rules"),
    path("add/", rules.add, name="rules_add"),
    path("exception/", rules.exception, name="rules_exception"),
    path("fallback/", rules.fallbacks, name="fallbacks"),
    path("fallback/<code:code>/", rules.fallback, name="fallback"),
    path("history/", rules.history, name="rules_history"),
    path("preview/", preview.preview, name="rules_preview"),
]

room_patterns = [
    path("", rooms.rooms, name="rooms"),
    path("new/", rooms.add, name="room_add"),
    path("<int:pk>/", rooms.room, name="room"),
    path("<int:pk>/try/", rooms.send_test, name="room_try"),
]

urlpatterns = [
    path("chat-rooms/", include(room_patterns)),
    path("notification-rules/", include(rule_patterns)),
    path("notices/", inbox.inbox, name="inbox"),
    path("notices/seen/", inbox.see_all, name="see_all"),
    path("notices/count/", inbox.count, name="count"),
    path("notices/failed/", failed.failed, name="failed"),
    path("notices/failed/try-again/", failed.try_all_again, name="try_all_again"),
    path("notices/by-link/<str:token>/", link.confirm_by_link, name="confirm_by_link"),
    path("notices/<int:pk>/", inbox.notice, name="notice"),
    path("notices/<int:pk>/confirm/", inbox.confirm, name="confirm"),
    path("claims/<claim:number>/", include(claim_patterns)),
]
