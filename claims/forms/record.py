"""The registration form: a claim with its items, for coordinators and early reporters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, prefetch_related_objects
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from claims.commands import ItemEdit, Judgement
from claims.forms.fields import SearchField, currency_choices, text_area
from claims.forms.items import ItemForm, ItemFormSet, Offered, item_initial
from claims.models import Claim
from claims.policies import can_coordinate_claim, can_set_severity
from claims.selectors import owners_for, sites_of
from claims.states import Channel, Demand, FoundWhere, Kind, Severity
from core import clock
from core.actors import Actor
from core.errors import InvalidInput
from core.text import whole_number
from core.ui.controls import DateInput, DateTimeInput, QuantityField
from core.ui.wording import moment
from masterdata.models import Customer, CustomerContact, Site

SEVERITY_HINTS = [
    (Severity.CRITICAL.value, _("Safety, customer line down or legal breach")),
    (Severity.MAJOR.value, _("Part does not work or cannot be assembled")),
    (Severity.MINOR.value, _("Appearance, packaging, papers")),
]
COORDINATORS = (Role.HANDLER, Role.QUALITY_MANAGER)
# Fields of the claim that go into the form and back as they are.
PLAIN = (
    "title", "description", "requirement", "kind", "channel", "found_where", "customer", "contact",
    "reporter", "customer_claim_no", "customer_claim_date", "order_no", "delivery_note_no",
    "invoice_no", "demands", "demand_amount", "demand_currency", "received_at", "occurred_at",
    "is_safety", "is_line_down",
)  # fmt: skip
JUDGED = ("severity", "severity_reason", "owner", "acknowledgement_waiver")


def _choices(enum: Any, empty: str = "—") -> list[tuple[str, Any]]:
    return [("", empty), *enum.choices]


class RecordForm(forms.Form):
    """The claim itself. Saving needs only a title; what registration asks for is no rule here."""

    customer = SearchField(
        Customer.objects.filter(is_active=True),
        url_name="claims:lookup_customers",
        label=_("Customer"),
        required=False,
    )
    contact = forms.ModelChoiceField(
        CustomerContact.objects.none(), label=_("Contact"), required=False, empty_label="—"
    )
    reporter = forms.CharField(label=_("Who complains"), required=False, max_length=200)
    customer_claim_no = forms.CharField(
        label=_("Customer reference"), required=False, max_length=64
    )
    customer_claim_date = forms.DateField(
        label=_("Date of the reference"), required=False, widget=DateInput()
    )
    order_no = forms.CharField(label=_("Order no."), required=False, max_length=64)
    delivery_note_no = forms.CharField(label=_("Delivery note no."), required=False, max_length=64)
    invoice_no = forms.CharField(label=_("Invoice no."), required=False, max_length=64)
    channel = forms.ChoiceField(label=_("Came by"), choices=Channel.choices)
    received_at = forms.DateTimeField(label=_("Received"), widget=DateTimeInput())
    occurred_at = forms.DateTimeField(label=_("Noticed"), required=False, widget=DateTimeInput())
    title = forms.CharField(
        label=_("Title"),
        max_length=250,
        error_messages={"required": _("Say in a few words what is wrong.")},
    )
    kind = forms.ChoiceField(label=_("What the claim is about"), choices=Kind.choices)
    found_where = forms.ChoiceField(
        label=_("Found where"), choices=_choices(FoundWhere), required=False
    )
    description = forms.CharField(
        label=_("Description"), required=False, max_length=50_000, widget=text_area(4)
    )
    requirement = forms.CharField(
        label=_("Requirement"), required=False, max_length=10_000, widget=text_area(2)
    )
    demands = forms.MultipleChoiceField(
        label=_("What the customer asks for"),
        choices=Demand.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    demand_amount = QuantityField(
        label=_("Amount demanded"), required=False, min_value=0, max_digits=16, decimal_places=2
    )
    demand_currency = forms.ChoiceField(
        label=_("Currency"), choices=currency_choices, required=False
    )
    is_safety = forms.BooleanField(label=_("Safety is concerned"), required=False)
    is_line_down = forms.BooleanField(label=_("The customer's line stands still"), required=False)
    severity = forms.ChoiceField(
        label=_("Severity"), choices=SEVERITY_HINTS, required=False, widget=forms.RadioSelect
    )
    severity_reason = forms.CharField(
        label=_("Reason for a lower severity"), required=False, max_length=500
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, empty_label="—"
    )
    acknowledgement_waiver = forms.CharField(
        label=_("Why no acknowledgement is sent"), required=False, max_length=500
    )
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"), empty_label=None)

    def __init__(
        self, data: Any = None, *, actor: Actor, claim: Claim | None = None, **options: Any
    ) -> None:
        self.actor, self.claim = actor, claim
        initial = (
            initial_of(claim) if claim else {"channel": Channel.EMAIL, "received_at": clock.now()}
        )
        super().__init__(data, initial={**initial, **options.pop("initial", {})}, **options)
        self.judges = claim is None or can_coordinate_claim(actor, claim)
        if claim is not None:
            self._offer_what_it_has(claim)
        self._offer_contacts()
        self._offer_sites()
        self._offer_judgement()

    def _offer_what_it_has(self, claim: Claim) -> None:
        """A customer deactivated since, a rare currency: saving would lose what is not offered."""
        customers = Customer.objects.filter(Q(is_active=True) | Q(pk=claim.customer_id))
        self.fields["customer"].queryset = customers  # type: ignore[attr-defined]
        currencies = currency_choices([claim.demand_currency])
        self.fields["demand_currency"].choices = currencies  # type: ignore[attr-defined]

    def _offer_contacts(self) -> None:
        customer = self.data.get("customer") if self.is_bound else self.initial.get("customer")
        key = whole_number(str(getattr(customer, "pk", customer)))
        if key is not None:
            contacts = CustomerContact.objects.filter(customer_id=key)
            self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]

    def _offer_sites(self) -> None:
        sites = sites_of(self.actor)
        if self.claim is not None:
            sites |= Site.objects.filter(pk=self.claim.site_id)
        if len(sites) < 2:
            del self.fields["site"]
        else:
            self.fields["site"].queryset = sites  # type: ignore[attr-defined]

    def _offer_judgement(self) -> None:
        if not self.judges:
            for name in JUDGED:
                del self.fields[name]
            return
        offered = severities_for(self.actor, self.claim)
        self.fields["severity"].choices = offered  # type: ignore[attr-defined]
        owner = self.fields["owner"]
        owner.queryset = owners_for(self.claim)  # type: ignore[attr-defined]
        owner.label_from_instance = _owner_label  # type: ignore[attr-defined]

    def clean_contact(self) -> CustomerContact | None:
        """A contact belongs to the customer; one of another customer is dropped."""
        contact, customer = self.cleaned_data.get("contact"), self.cleaned_data.get("customer")
        return contact if contact and customer and contact.customer_id == customer.pk else None

    def clean_demands(self) -> list[str]:
        """In the order of the catalogue, so that ticking order is no change."""
        chosen = set(self.cleaned_data["demands"])
        return [value for value in Demand.values if value in chosen]

    def clean_received_at(self) -> Any:
        """The browser's control knows no seconds: a moment left alone stays exactly as it was."""
        given = self._exact("received_at")
        if given > clock.now():
            raise forms.ValidationError(
                _("This date is in the future. Now it is %(now)s.") % {"now": moment(clock.now())}
            )
        return given

    def clean_occurred_at(self) -> Any:
        return self._exact("occurred_at")

    def _exact(self, name: str) -> Any:
        given, known = self.cleaned_data[name], self.initial.get(name)
        if given and known and known.replace(second=0, microsecond=0) == given:
            return known
        return given

    def values(self) -> dict[str, Any]:
        """The fields of the claim, as `edit_claim` and `report_claim` take them."""
        values = {name: self.cleaned_data[name] for name in PLAIN}
        if "site" in self.fields:
            values["site"] = self.cleaned_data["site"]
        return values

    def judgement(self) -> Judgement | None:
        """Severity, owner and waiver; None for those who do not judge."""
        if not self.judges:
            return None
        return Judgement(**{name: self.cleaned_data[name] for name in JUDGED})


def initial_of(claim: Claim) -> dict[str, Any]:
    """What the form shows of a claim."""
    initial = {name: getattr(claim, name) for name in PLAIN}
    initial |= {"severity": claim.severity, "owner": claim.owner, "site": claim.site}
    initial["acknowledgement_waiver"] = claim.acknowledgement_waiver
    return initial


def severities_for(actor: Actor, claim: Claim | None) -> list[tuple[str, Any]]:
    """The severities the person may choose; only a quality manager is offered lower ones."""
    if claim is None:
        return SEVERITY_HINTS
    return [each for each in SEVERITY_HINTS if can_set_severity(actor, claim, each[0])]


def _owner_label(person: Any) -> str:
    return _("%(name)s · %(n)s open") % {"name": person, "n": person.open_claims}


class Record:
    """The form of the claim and the formset of its items, handled as one."""

    def __init__(
        self, data: Any, actor: Actor, claim: Claim | None = None, new_rows: int = 0
    ) -> None:
        self.claim = claim
        self.form = RecordForm(data, actor=actor, claim=claim)
        known = [] if claim is None else list(claim.items.all())
        prefetch_related_objects(known, "other_defects")
        rows = known if data is None else []
        self.items: BaseFormSet[ItemForm] = ItemFormSet(
            data,
            prefix="items",
            initial=[item_initial(item) for item in rows],
            form_kwargs={"offered": Offered(known)},
        )
        # A claim without items shows an empty row at once.
        self.items.extra = new_rows or (0 if rows else 1)

    def is_valid(self) -> bool:
        """Both valid; both are always looked at, so that all errors show at once."""
        return bool(self.form.is_valid()) & bool(self.items.is_valid())

    def filled(self) -> Iterable[ItemForm]:
        """Rows that say something and are not to be removed."""
        return (row for row in self.items if row.says_something() and not row.is_removed())

    def item_edits(self) -> list[ItemEdit]:
        """One edit per row, empty ones included: their places are the rows of error messages."""
        return [row.edit() for row in self.items]

    def add_errors(self, error: InvalidInput) -> None:
        """A command's objections, each to its field; `items.0.lot_code` is a field of row 0."""
        for name, texts in error.fields.items():
            target: Any = self.form
            field = name
            if name.startswith("items."):
                _prefix, row, field = name.split(".", 2)
                target = self.items.forms[int(row)]
            target.add_error(field if field in target.fields else None, [str(t) for t in texts])
