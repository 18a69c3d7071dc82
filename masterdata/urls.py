"""The pages of work calendars."""

from django.urls import path, register_converter

from masterdata import views
from masterdata.converters import DayConverter

app_name = "calendars"
register_converter(DayConverter, "day")

urlpatterns = [
    path("calendars/", views.calendars, name="calendars"),
    path("calendars/<int:pk>/", views.calendar, name="calendar"),
    path("calendars/<int:pk>/days/", views.day, name="new_day"),
    path("calendars/<int:pk>/days/<day:day>/", views.day, name="day"),
    path("calendars/<int:pk>/days/<day:day>/remove/", views.remove, name="remove_day"),
]
