from django.urls import path

from mailboxes.views import mails, settings

app_name = "mailboxes"

urlpatterns = [
    path("mail/", mails.mail_list, name="list"),
    path("mail/<int:pk>/", mails.mail, name="mail"),
    path("mail/<int:pk>/raw/", mails.raw, name="raw"),
    path("mail/<int:pk>/again/", mails.process_again, name="process_again"),
    path("mail/<int:pk>/claim/", mails.make_claim, name="make_claim"),
    path("mail/boxes/new/", settings.create, name="create"),
    path("mail/boxes/<int:pk>/", settings.mailbox, name="mailbox"),
    path("mail/boxes/<int:pk>/try/", settings.try_connection, name="try"),
    path("mail/boxes/<int:pk>/pause/", settings.pause, name="pause"),
    path("mail/boxes/<int:pk>/resume/", settings.resume, name="resume"),
    path("claims/<claim:number>/mails/", mails.of_claim, name="of_claim"),
]
