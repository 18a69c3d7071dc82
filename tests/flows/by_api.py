"""The story told over REST by programs with tokens: nothing here touches pages or commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.caller import Caller, program
from tests.cast import Cast
from tests.core.samples import image
from tests.flows import story
from tests.flows.effects import let_effects_happen

keys = count(1)


@dataclass
class ByApi:
    """Programs of three roles and the claim they work on; every write names a key and a version."""

    cast: Cast
    number: str = ""
    quality: Caller = field(init=False)
    manager: Caller = field(init=False)
    finance: Caller = field(init=False)

    def __post_init__(self) -> None:
        site = self.cast.site
        self.quality = program("QMS", roles=["handler"], site=site)
        self.manager = program("QMS, head of quality", roles=["quality_manager"], site=site)
        self.finance = program("Ledger", roles=["finance"], site=site)

    # --- Ways to call -------------------------------------------------------------------------

    def read(self, path: str = "", by: Caller | None = None) -> Any:
        answer = (by or self.quality).get(self._at(path))
        assert answer.status_code == 200, answer.content
        return answer

    def post(self, path: str, body: Any = None, *, by: Caller | None = None, **headers: Any) -> Any:
        """Every POST can be sent again: it has its own key."""
        headers["idempotency_key"] = f"story-{next(keys)}"
        return self._done((by or self.quality).post(self._at(path), body, **headers))

    def put(self, path: str, body: Any) -> Any:
        """Say something for the first time that a claim has but once."""
        return self._done(self.quality.put(self._at(path), body))

    def change(self, method: str, path: str, body: Any) -> Any:
        """Change what was just read, and only that."""
        tag = self.read(path)["ETag"]
        return self._done(getattr(self.quality, method)(self._at(path), body, if_match=tag))

    def move(self, transition: str, *, by: Caller | None = None, **body: Any) -> dict[str, Any]:
        """A transition of the claim as it was just read; first the API says that it is allowed."""
        by = by or self.quality
        offered = {row["name"]: row for row in self.read("transitions/", by).json()["results"]}
        assert offered[transition]["missing"] == []
        assert offered[transition]["allowed"], offered[transition]
        tag = self.read(by=by)["ETag"]
        moved = self.post(f"transitions/{transition}/", body, by=by, if_match=tag)
        assert moved["step"] == offered[transition]["leads_to"]
        let_effects_happen()
        return moved

    def _at(self, path: str) -> str:
        return f"/claims/{self.number}/{path}" if self.number else f"/claims/{path}"

    @staticmethod
    def _done(answer: Any) -> Any:
        assert answer.status_code in (200, 201, 204), answer.content
        return answer.json() if answer.content else None

    # --- The story ----------------------------------------------------------------------------

    def report(self) -> None:
        body = {
            "title": story.TITLE,
            "description": story.PROBLEM,
            "customer": self.cast.customer.code,
            "source_reference": "QN-200117",
            "items": [
                {
                    "product": self.cast.product.code,
                    "lot": self.cast.lot.code,
                    "quantity_claimed": story.CLAIMED,
                    "defect": self.cast.defect_group.code,
                }
            ],
        }
        self.number = self.post("", body)["number"]
        photo = SimpleUploadedFile(story.PHOTO, image(), "image/png")
        self._done(self.quality.upload(self._at("attachments/"), {"file": photo}))
        let_effects_happen()

    def notify(self) -> None:
        self.post("recipients/", {"person": self.cast.warehouse.email})
        order = {
            "kind": "block_lot",
            "lot": self.cast.lot.code,
            "executor": self.cast.warehouse.email,
            "place": "own_stock",
            "instruction": story.BLOCK,
        }
        self.post("containment-orders/", order)
        let_effects_happen()
        self.move("notify")
        (order,) = self.read("containment-orders/").json()["results"]
        done = {"execution_note": story.BLOCKED}
        self.post(f"containment-orders/{order['id']}/execute/", done)
        let_effects_happen()
        self.move("register")

    def register(self) -> None:
        values = {
            "customer_claim_no": story.CUSTOMER_SAYS_NO,
            "requirement": story.REQUIREMENT,
        }
        self.change("patch", "", values)
        (item,) = self.read("items/").json()["results"]
        values = {"defect": self.cast.defect.code, "quantity_delivered": story.DELIVERED}
        self.change("patch", f"items/{item['id']}/", values)
        self.post("severity/", {"severity": "major"})
        self.post("owner/", {"owner": self.cast.handler.email})
        assert self.read("similar/").json()["results"]
        self.post("duplicates/", {"answer": "none"})
        self._write("acknowledgement")
        self.move("investigate")

    def _write(self, kind: str) -> None:
        letter = self.post("letters/", {"kind": kind, **self._recipient})
        self.post(f"letters/{letter['id']}/send/", {"version": letter["version"]})
        let_effects_happen()

    @property
    def _recipient(self) -> dict[str, str]:
        contact = self.cast.contact
        return {"recipient_name": contact.name, "recipient_email": contact.email}

    def trace(self) -> None:
        self.post("facts/", {"text": story.SHIPPED_ONCE, "source": story.SHIPPED_WHERE})
        self.post("facts/", {"text": story.DRIED_SHORT, "source": story.DRIED_WHERE})
        for question, text, fact in (
            ("other_customers", story.NO_OTHER_CUSTOMER, 1),
            ("other_lots", story.NO_OTHER_LOT, 2),
        ):
            answer = {"question": question, "answer": False, "text": text, "fact": fact}
            self.post("traceability/", answer)

    def investigate(self) -> None:
        self.post("team/", {"person": self.cast.investigator.email, "role": "leader"})
        self.post("team/", {"person": self.cast.laboratory.email, "role": "member"})
        # Only the owner or a quality manager goes on from here, and a program owns no claims.
        self.move("investigate_fully", by=self.manager)
        for number, source in enumerate(self.read("sources/").json()["results"]):
            found = {"outcome": "facts", "facts": [2]}
            nothing = {"outcome": "nothing", "remark": story.LOOKED_AT}
            self.post(f"sources/{source['id']}/check/", nothing if number else found)
        self.move("analyse", by=self.manager)

    def analyse(self) -> None:
        body = {"text": story.CAUSE, "category": "material", "type": "occurrence", "facts": [2]}
        cause = self.post("causes/", body)
        proof = {"proof": "observation", "code": self.cast.cause.code, "is_root": True}
        self.post(f"causes/{cause['id']}/confirm/", proof | {"version": cause["version"]})
        self.post("causes/no-escape/", {"reason": story.NO_ESCAPE})
        action = {
            "kind": "corrective",
            "text": story.ACTION,
            "cause": cause["id"],
            "owner": self.cast.action_owner.email,
            "due": story.day(10),
            "criterion": story.ACTION_SEEN_BY,
        }
        self.post("actions/", action)
        self.move("respond", by=self.manager)

    def answer(self) -> None:
        decision = {
            "outcome": "accepted",
            "reason_code": "confirmed",
            "reason": story.DECISION_REASON,
            "currency": story.CURRENCY,
        }
        self.put("decision/", decision)
        money = {"kind": "credit_note", "amount": story.AMOUNT, "currency": story.CURRENCY}
        self.post("compensations/", money)
        letter = self.post("letters/", {"kind": "final", **self._recipient})
        at = f"letters/{letter['id']}"
        self.change("patch", f"{at}/", story.LETTER)
        self.post(f"{at}/submit/", if_match=self.read(f"{at}/")["ETag"])
        let_effects_happen()
        self.post(f"{at}/approve/", by=self.manager, if_match=self.read(f"{at}/")["ETag"])
        self.post(f"{at}/send/", if_match=self.read(f"{at}/")["ETag"])
        let_effects_happen()

    def carry_out(self) -> None:
        (action,) = self.read("actions/").json()["results"]
        at = f"actions/{action['id']}"
        self.post(f"{at}/start/")
        self.post(f"{at}/complete/", {"done_note": story.ACTION_DONE})
        let_effects_happen()
        verdict = {
            "effective": True,
            "result": story.ACTION_WORKED,
            "early_reason": story.ACTION_EARLY,
        }
        self.post(f"{at}/verify/", verdict, by=self.manager)

    def close(self) -> None:
        (order,) = self.read("containment-orders/").json()["results"]
        lifted = {"reason": story.LIFT}
        self.post(f"containment-orders/{order['id']}/lift/", lifted, by=self.manager)
        let_effects_happen()
        (money,) = self.read("compensations/").json()["results"]
        booked = {"document_no": story.CREDIT_NOTE, "document_date": story.day(0)}
        self.post(f"compensations/{money['id']}/settle/", booked, by=self.finance)
        self.move("close", by=self.manager)

    def whole(self) -> str:
        """From the report to the end; the number of the claim."""
        self.report()
        self.notify()
        self.register()
        self.trace()
        self.investigate()
        self.analyse()
        self.answer()
        self.move("monitor", by=self.manager)
        self.carry_out()
        self.close()
        return self.number
