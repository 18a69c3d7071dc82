"""The rules of deadlines have a section of their own in the sidebar."""

from django.urls import path

from claims.views import rules

app_name = "deadlines"

urlpatterns = [
    path("deadlines/", rules.table, name="rules"),
    path("deadlines/<slug:clock>/<slug:severity>/", rules.rule, name="rule"),
    path("deadlines/<slug:clock>/<slug:severity>/remove/", rules.remove, name="remove"),
]
