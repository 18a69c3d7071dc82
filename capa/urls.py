from django.urls import path

from capa.views import tab

app_name = "capa"

urlpatterns = [
    path("claims/<str:number>/actions/", tab.tab, name="tab"),
]
