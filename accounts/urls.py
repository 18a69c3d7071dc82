from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("absences/", views.absences, name="absences"),
    path("absences/<int:pk>/", views.absence, name="absence"),
    path("absences/<int:pk>/cancel/", views.cancel_absence, name="cancel_absence"),
    path("email/", views.to_profile),
]
