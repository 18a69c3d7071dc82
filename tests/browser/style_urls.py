"""The site with the style guide, which otherwise only a debug start has."""

from django.urls import include, path

from core import views

urlpatterns = [
    path("styleguide/", views.styleguide),
    path("", include("config.urls")),
]
