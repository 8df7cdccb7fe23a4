"""Initiatives that tests start from, with weeks of roll-ups whose truth is known."""

from datetime import date, timedelta

from feedback.models import Rollup
from loop.models import Initiative
from loop.services.initiatives import plan_initiative, register_initiative
from loop.tests.rows import NOON, person, survey, touchpoint

LIVE_ON = date(2026, 12, 7)  # two weeks after NOON
READ_ON = LIVE_ON + timedelta(weeks=12)


def draft(name: str = "Faster parcels", *, owner=None, controls=(), **fields) -> Initiative:
    owner = owner or person(f"owner-{Initiative.objects.count()}")
    fields = {
        "problem": "Parcels come late.",
        "touchpoint": touchpoint(),
        "metric": "csat",
        "expected_change": 10.0,
        "worth_finding": 6.0,
        "go_live_on": LIVE_ON,
        "read_out_on": READ_ON,
    } | fields
    return plan_initiative(actor=owner, now=NOON, name=name, owner=owner, controls=controls, **fields)


def registered(name: str = "Faster parcels", **fields) -> Initiative:
    return register_initiative(draft(name, **fields).pk, actor=person(f"lead of {name}"), now=NOON)


def weekly_scores(where, shares, *, n: int = 100, first_on: date = LIVE_ON - timedelta(weeks=26)) -> None:
    """One roll-up a week: so many percent of n answers are a 5, the others a 2."""
    asked = survey("delivery-csat")
    rows = []
    for week, share in enumerate(shares):
        top = round(n * share / 100)
        rows.append(
            Rollup(
                on=first_on + timedelta(weeks=week),
                version=asked.live_version,
                survey=asked,
                touchpoint_key=where.pk,
                channel="email",
                question_key="csat",
                kind="csat",
                is_lead=True,
                answers=n,
                bin_5=top,
                bin_2=n - top,
            )
        )
    Rollup.objects.bulk_create(rows)
