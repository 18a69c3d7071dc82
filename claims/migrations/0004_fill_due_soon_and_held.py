from itertools import islice

from django.db import migrations

BATCH = 1000
WORKING = ("working_hours", "working_days")
# Step → the clock that measures the stay in it, as it was when this was written.
STEP_CLOCKS = {
    "receipt": "notification",
    "notification": "confirmation",
    "registration": "registration",
    "initial_investigation": "initial_investigation",
    "full_investigation": "full_investigation",
    "analysis": "analysis",
    "response": "final_response",
    "monitoring": "effectiveness",
}


def fill(apps, schema_editor):
    """Give running clocks their two new instants, and claims the copies.

    Three quarters are taken of plain time here; the next time a clock is counted, of working time.
    """
    Claim, Clock, Pause = (apps.get_model("claims", name) for name in ("Claim", "Clock", "Pause"))
    paused = dict(Pause.objects.filter(ended_at=None).values_list("claim_id", "started_at"))
    rows = Clock.objects.filter(stopped_at=None).select_related("claim").order_by("id").iterator()
    while batch := list(islice(rows, BATCH)):
        claims = {}
        for clock in batch:
            clock.soon_at = clock.started_at + (clock.due_at - clock.started_at) * 3 / 4
            since = paused.get(clock.claim_id)
            if since is not None and clock.unit in WORKING:
                clock.held_at = max(since, clock.started_at)
            claim = claims.setdefault(clock.claim_id, clock.claim)
            if clock.kind == STEP_CLOCKS.get(claim.step):
                claim.step_soon_at, claim.step_held_at = clock.soon_at, clock.held_at
            if clock.kind == "final_response":
                claim.response_soon_at, claim.response_held_at = clock.soon_at, clock.held_at
        Clock.objects.bulk_update(batch, ["soon_at", "held_at"])
        # The clocks of one claim may stand in two batches: each batch writes what it knows.
        _copy(Claim, claims.values(), "step_soon_at", "step_held_at")
        _copy(Claim, claims.values(), "response_soon_at", "response_held_at")


def _copy(model, claims, soon, held):
    known = [each for each in claims if getattr(each, soon) is not None]
    model.objects.bulk_update(known, [soon, held], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("claims", "0003_due_soon_and_held")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
