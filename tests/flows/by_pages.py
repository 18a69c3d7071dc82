"""The story told through pages: who opens what, fills in what, presses what.

The same words drive plain HTML forms (`Paper`) and a real browser (`tests/browser`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from accounts.models import User
from tests.cast import PASSWORD, Cast
from tests.core.samples import image
from tests.flows import story
from tests.flows.effects import let_effects_happen

GATE = "What is needed to go on"


class Hands(Protocol):
    """What a person does with a browser; names and labels are those that the page shows."""

    @property
    def url(self) -> str: ...

    def sign_in(self, user: User) -> None: ...
    def open(self, path: str) -> None: ...
    def follow(self, name: str, *, part: str = "") -> None: ...
    def sees(self, words: str) -> None: ...
    def fill(self, label: str, value: str) -> None: ...
    def pick(self, label: str, key: str, name: str) -> None: ...
    def select(self, label: str, option: str) -> None: ...
    def choose(self, label: str) -> None: ...
    def attach(self, label: str, name: str, content: bytes, media_type: str) -> None: ...
    def press(self, name: str, *, part: str = "") -> None: ...


class ByPages:
    """People of the cast, each with a browser of their own, and the claim they work on."""

    def __init__(self, cast: Cast, browser: Callable[[], Hands]) -> None:
        self.cast = cast
        self.browser = browser
        self.number = ""
        self.people: dict[str, Hands] = {}

    def as_(self, name: str, tab: str = "") -> Hands:
        """The person, at a tab of the claim as it is by now; they sign in when they first come."""
        let_effects_happen()
        if name not in self.people:
            self.people[name] = self.browser()
            self.people[name].sign_in(self.cast.people[name])
        person = self.people[name]
        if self.number:
            person.open(f"/claims/{self.number}/{tab}")
        return person

    def move(self, name: str, transition: str) -> None:
        """Press the main button of the panel, and once more where it asks."""
        person = self.as_(name)
        person.follow(transition, part=GATE)
        person.press(transition)

    # --- The story ----------------------------------------------------------------------------

    def report(self) -> None:
        foreman = self.as_("reporter")
        foreman.open("/")
        foreman.follow("Report a problem")
        foreman.choose("Material and strength")
        foreman.fill("In your own words", story.PROBLEM)
        foreman.attach("Photos and documents", story.PHOTO, image(), "image/png")
        foreman.fill("Product", self.cast.product.code)
        foreman.fill("Lot, if known", self.cast.lot.code)
        foreman.fill("How many, roughly", story.CLAIMED)
        foreman.fill("Which customer", self.cast.customer.name)
        foreman.press("Send")
        foreman.sees("Received: ")
        found = re.search(r"/report/(\d+-\d+)/", foreman.url)
        assert found is not None, foreman.url
        self.number = found[1]

    def notify(self) -> None:
        warehouse = self.cast.warehouse
        handler = self.as_("handler")
        handler.follow("Tell somebody else", part="Will be told")
        handler.pick("Person", warehouse.email, warehouse.get_full_name())
        handler.press("Add")
        handler.follow("Order", part="Containment")
        handler.choose("Block the lot")
        handler.pick("Who does it", warehouse.email, warehouse.get_full_name())
        handler.select("Where it is", "own stock")
        handler.fill("Instruction", story.BLOCK)
        handler.press("Give the order")
        self.move("handler", "Notify departments")
        storekeeper = self.as_("warehouse")
        storekeeper.follow("Done: ", part="Containment")
        storekeeper.fill("Note", story.BLOCKED)
        storekeeper.press("It is done")
        self.move("handler", "Start registration")

    def register(self) -> None:
        handler = self.as_("handler")
        handler.follow("Choose the defect code of every item", part=GATE)
        handler.select("Contact", self.cast.contact.name)
        handler.fill("Customer reference", story.CUSTOMER_SAYS_NO)
        handler.fill("Requirement", story.REQUIREMENT)
        handler.select("Defect", self.cast.defect.name)
        handler.fill("Delivered", story.DELIVERED)
        handler.choose("Major")
        handler.select("Owner", self.cast.handler.get_full_name())
        handler.press("Save")
        handler = self.as_("handler")
        handler.follow("Say whether one of the similar claims is the same", part=GATE)
        handler.press("None of them is the same")
        handler = self.as_("handler")
        handler.follow("To the point “Acknowledgement sent, or waived”", part=GATE)
        handler.press("Send…")
        handler.press("Send")
        self.move("handler", "Register the claim")

    def trace(self) -> None:
        for words, where in (
            (story.SHIPPED_ONCE, story.SHIPPED_WHERE),
            (story.DRIED_SHORT, story.DRIED_WHERE),
        ):
            handler = self.as_("handler", "investigation/")
            handler.follow("Fact", part="Facts")
            handler.fill("What is established", words)
            handler.fill("Where it comes from", where)
            handler.press("Add the fact")
        for question, text, fact in (
            ("Other customers?", story.NO_OTHER_CUSTOMER, "F1"),
            ("Other lots?", story.NO_OTHER_LOT, "F2"),
        ):
            handler = self.as_("handler")
            handler.follow(f"Answer the question “{question}” with a fact", part=GATE)
            handler.follow(f"answer: {question}")
            handler.choose("No")
            handler.fill("In words", text)
            handler.select("Fact that shows it", fact)
            handler.press("Answer")

    def investigate(self) -> None:
        for member, role in (("investigator", "team leader"), ("laboratory", "team member")):
            person = self.cast.people[member]
            handler = self.as_("handler")
            handler.follow("Name at least two team members", part=GATE)
            handler.follow("Person", part="Team")
            handler.pick("Person", person.email, person.get_full_name())
            handler.select("Part in the team", role)
            handler.press("Add to the team")
        self.move("handler", "Start the full investigation")
        leader = self.as_("investigator", "investigation/")
        leader.follow("Check off Production records")
        leader.choose("facts found")
        leader.select("Facts from this source", "F2")
        leader.press("Check off")
        for source in (
            "Measurement", "Retained sample", "Equipment log", "Storage", "Transport",
            "Supplier lot", "Environment", "People",
        ):  # fmt: skip
            leader.open(f"/claims/{self.number}/investigation/")
            leader.follow(f"Check off {source}")
            leader.choose("nothing found")
            leader.fill("What was looked at", story.LOOKED_AT)
            leader.press("Check off")
        self.move("investigator", "Start the analysis")

    def analyse(self) -> None:
        leader = self.as_("investigator")
        leader.follow("Confirm a cause that explains why it happened", part=GATE)
        leader.follow("Hypothesis", part="Causes: Ishikawa diagram")
        leader.fill("What the cause may be", story.CAUSE)
        leader.select("Category", "Material")
        leader.select("Facts", "F2")
        leader.press("Add the hypothesis")
        leader = self.as_("investigator", "investigation/")
        leader.follow(f"Decide: {story.CAUSE}")
        leader.choose("confirmed")
        leader.select("Verified by", "observation")
        leader.select("Cause code", self.cast.cause.name)
        leader.choose("This is the root cause")
        leader.press("Decide")
        leader = self.as_("investigator", "investigation/")
        leader.follow("There is no escape cause")
        leader.fill("Reason", story.NO_ESCAPE)
        leader.press("Save")
        self._plan()
        self.move("investigator", "Prepare the response")

    def _plan(self) -> None:
        owner = self.cast.action_owner
        leader = self.as_("investigator")
        leader.follow("To the point “Actions planned against every cause”", part=GATE)
        leader.follow(f"Action: {story.CAUSE}")
        leader.fill("What is done", story.ACTION)
        leader.pick("Owner", owner.email, owner.get_full_name())
        leader.fill("Due", story.day(10))
        leader.fill("How effectiveness is seen", story.ACTION_SEEN_BY)
        leader.press("Plan the action")

    def answer(self) -> None:
        handler = self.as_("handler")
        handler.follow("Record the decision", part=GATE)
        handler.choose("Accept")
        handler.select("It rests on", "defect confirmed")
        handler.fill("Reason", story.DECISION_REASON)
        handler.select("Currency", story.CURRENCY)
        handler.press("Record the decision")
        handler = self.as_("handler", "response/")
        handler.follow("Compensation", part="Compensation")
        handler.select("Kind", "credit note")
        handler.fill("Amount", story.AMOUNT)
        handler.select("Currency", story.CURRENCY)
        handler.press("Save")
        handler = self.as_("handler", "response/")
        handler.press("Write the final response")
        for label, name in (
            ("Opening", "body"), ("What we found", "findings"), ("What we have done", "done"),
            ("What we will do", "planned"), ("Decision and compensation", "settlement"),
            ("Closing", "closing"),
        ):  # fmt: skip
            handler.fill(label, story.LETTER[name])
        handler.press("Save draft")
        handler = self.as_("handler", "response/")
        handler.press("Send for approval")
        self._sign()
        handler = self.as_("handler", "response/")
        handler.follow("Send to the customer")
        handler.press("Send")

    def _sign(self) -> None:
        manager = self.as_("quality_manager", "response/")
        manager.follow("Read and approve")
        manager.fill("Your password", PASSWORD)
        manager.press("Approve")

    def carry_out(self) -> None:
        owner = self.as_("action_owner", "actions/")
        owner.follow(story.ACTION)
        owner.press("Start")
        owner.follow("Report as done")
        owner.fill("What was done", story.ACTION_DONE)
        owner.press("Done")
        manager = self.as_("quality_manager", "actions/")
        manager.follow(story.ACTION)
        manager.follow("Verify")
        manager.choose("effective")
        manager.fill("What was seen", story.ACTION_WORKED)
        manager.fill("Why it can be judged before its date", story.ACTION_EARLY)
        manager.press("Save the verdict")

    def close(self) -> None:
        manager = self.as_("quality_manager")
        manager.follow("Lift: ", part="Containment")
        manager.fill("Reason", story.LIFT)
        manager.press("Lift the order")
        accountant = self.as_("finance", "response/")
        accountant.follow("Settle")
        accountant.fill("ERP document no.", story.CREDIT_NOTE)
        accountant.fill("Document date", story.day(0))
        accountant.press("Settle")
        self.move("quality_manager", "Close the claim")
        self.as_("quality_manager").sees("Closed")

    def whole(self) -> str:
        """From the report to the end; the number of the claim."""
        self.report()
        self.notify()
        self.register()
        self.trace()
        self.investigate()
        self.analyse()
        self.answer()
        self.move("handler", "Monitor the actions")
        self.carry_out()
        self.close()
        return self.number
