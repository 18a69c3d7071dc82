"""Pages of responses."""

from django.urls import path

from responses.views import tab

app_name = "responses"

urlpatterns = [
    path("claims/<claim:number>/response/", tab.response, name="tab"),
    path("claims/<claim:number>/correspondence/", tab.response, name="correspondence"),
    path("claims/<claim:number>/letters/<int:pk>/", tab.letter, name="letter"),
]
