"""The address of the feed."""

from django.urls import path

from events.api.views import Feed

app_name = "events-api"

urlpatterns = [path("events/", Feed.as_view(), name="feed")]
