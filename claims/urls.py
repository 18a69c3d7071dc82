from django.urls import include, path

from claims.urls_listing import urlpatterns as listing_patterns
from claims.views import comments, course, detail, edit, files, history, lookup, moves, report

app_name = "claims"

claim_patterns = [
    path("", detail.detail, name="detail"),
    path("edit/", edit.edit, name="edit"),
    path("similar/", edit.similar, name="similar"),
    path("deadlines/", edit.deadlines, name="deadlines"),
    path("deadlines/<int:pk>/", course.deadline, name="deadline"),
    path("duplicates/", edit.duplicates, name="duplicates"),
    path("moves/<str:transition>/", moves.move, name="move"),
    path("owner/", course.owner, name="owner"),
    path("severity/", course.severity, name="severity"),
    path("priority/", course.priority, name="priority"),
    path("pause/", course.pause, name="pause"),
    path("resume/", course.resume, name="resume"),
    path("no-acknowledgement/", course.waive_acknowledgement, name="waive_acknowledgement"),
    path("samples/", course.sample_request, name="sample_request"),
    path("samples/<int:pk>/", course.sample, name="sample"),
    path("watch/", course.watch, name="watch"),
    path("comments/", comments.comments, name="comments"),
    path("files/", files.files, name="files"),
    path("files/<int:pk>/", files.download, name="file"),
    path("files/<int:pk>/thumbnail/", files.thumbnail, name="thumbnail"),
    path("files/<int:pk>/preview/", files.preview, name="preview"),
    path("files/<int:pk>/view/", files.viewer, name="photo"),
    path("history/", history.history, name="history"),
]

urlpatterns = [
    *listing_patterns,
    path("report/", report.report, name="report"),
    path("report/<claim:number>/", report.report_sent, name="report_sent"),
    path("claims/new/", edit.new, name="new"),
    path("claims/similar/", edit.similar, name="similar_to_new"),
    path("claims/deadlines/", edit.deadlines, name="deadlines_of_new"),
    path("claims/contact-field/", edit.contact_field, name="contact_field"),
    path("lookup/products/", lookup.products, name="lookup_products"),
    path("lookup/lots/", lookup.lots, name="lookup_lots"),
    path("lookup/lot-facts/", lookup.lot_facts, name="lot_facts"),
    path("lookup/customers/", lookup.customers, name="lookup_customers"),
    path("lookup/contacts/", lookup.contacts, name="lookup_contacts"),
    path("lookup/people/", lookup.people, name="lookup_people"),
    path("lookup/defects/", lookup.defects, name="lookup_defects"),
    path("claims/<claim:number>/", include(claim_patterns)),
]
