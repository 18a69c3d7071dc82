"""Pages of responses, all below their claim."""

from django.urls import path

from responses.views import approval, correspondence, decision, legal, letters, money, sending, tab

app_name = "responses"

CLAIM = "claims/<claim:number>"
LETTER = f"{CLAIM}/letters/<int:pk>"
COMPENSATION = f"{CLAIM}/compensations/<int:pk>"
COST = f"{CLAIM}/costs/<int:pk>"

urlpatterns = [
    path(f"{CLAIM}/response/", tab.response, name="tab"),
    path(f"{CLAIM}/response/decision/", decision.decide, name="decide"),
    path(f"{CLAIM}/response/letter/", letters.begin, name="begin"),
    path(f"{CLAIM}/response/legal/", legal.legal, name="legal"),
    path(f"{CLAIM}/response/legal/new/", legal.legal_note, name="legal_note"),
    path(f"{CLAIM}/correspondence/", correspondence.correspondence, name="correspondence"),
    path(f"{CLAIM}/correspondence/waiver/", correspondence.waive, name="waive"),
    path(f"{LETTER}/", letters.letter, name="letter"),
    path(f"{LETTER}/discard/", letters.discard, name="discard"),
    path(f"{LETTER}/copy/", letters.copy, name="copy"),
    path(f"{LETTER}/approve/", approval.approve, name="approve"),
    path(f"{LETTER}/send/", sending.send, name="send"),
    path(f"{LETTER}/mark-sent/", sending.mark, name="mark"),
    path(f"{LETTER}/take-back/", sending.take_back, name="take_back"),
    path(f"{CLAIM}/compensations/new/", money.compensation, name="new_compensation"),
    path(f"{COMPENSATION}/", money.compensation, name="compensation"),
    path(f"{COMPENSATION}/remove/", money.remove_compensation, name="remove_compensation"),
    path(f"{COMPENSATION}/settle/", money.settle, name="settle"),
    path(f"{CLAIM}/costs/", money.costs, name="costs"),
    path(f"{CLAIM}/costs/new/", money.cost, name="new_cost"),
    path(f"{COST}/", money.cost, name="cost"),
    path(f"{COST}/remove/", money.remove_cost, name="remove_cost"),
]
