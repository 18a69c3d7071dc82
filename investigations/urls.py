from django.urls import path

from investigations.views import tab

app_name = "investigations"

urlpatterns = [
    path("claims/<str:number>/investigation/", tab.tab, name="tab"),
]
