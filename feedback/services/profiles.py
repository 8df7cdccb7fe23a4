"""Counting every customer anew each night: habits, scores, health, signs, risk. A profile can always be made again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from feedback.analytics.known import known_of
from feedback.analytics.leaving import churn_definition, left_by
from feedback.metrics.health import Known, health_parts, health_score, signs_of_leaving
from feedback.metrics.logistic import Logistic
from feedback.metrics.rfm import fifths
from feedback.models import CustomerProfile, HealthSnapshot, SegmentMember
from feedback.services.risk import because, refit_risk, risk_of, usable_model
from feedback.services.rollups import mark_customers
from surveys.models import Customer
from vocplatform.lib.periods import day_of, month_of

STALE_AFTER = timedelta(hours=20)  # counted every night
AT_A_TIME = 1_000
COUNTED = (
    "first_event_at",
    "last_event_at",
    "events_year",
    "usual_gap_days",
    "silent_days",
    "answers_year",
    "last_score",
    "last_answer_at",
    "health",
    "health_parts",
    "signs",
    "signs_count",
    "risk",
    "left_at",
    "counted_at",
)


def uncounted(*, now: datetime) -> QuerySet[Customer]:
    """Customers whom nobody has counted since last night: what the sweep looks for."""
    fresh = CustomerProfile.objects.filter(customer=OuterRef("pk"), counted_at__gt=now - STALE_AFTER)
    return Customer.objects.present().filter(~Exists(fresh))


def count_profiles(*, now: datetime, limit: int = AT_A_TIME) -> int:
    """Count some of those who wait, and return how many; 0 when all are done."""
    ids = list(uncounted(now=now).order_by("pk").values_list("pk", flat=True)[:limit])
    if ids:
        write_profiles(ids, now=now)
    return len(ids)


@transaction.atomic
def write_profiles(customer_ids: Sequence[int], *, now: datetime) -> None:
    """Write profile and this month's health of some customers; a month that is frozen stays as it was."""
    gone = left_by(customer_ids, churn_definition(), now=now)
    model = usable_model()
    profiles = [_profile(pk, known, gone.get(pk), model, now) for pk, known in known_of(customer_ids, at=now).items()]
    CustomerProfile.objects.bulk_create(
        profiles, batch_size=200, update_conflicts=True, unique_fields=["customer"], update_fields=COUNTED
    )
    _write_month(profiles, now=now)


def _profile(
    customer_id: int, known: Known, left_at: datetime | None, model: Logistic | None, now: datetime
) -> CustomerProfile:
    habits, parts, signs = known.habits, health_parts(known), signs_of_leaving(known)
    silent = habits.silent_days(now)
    is_there = left_at is None and habits.events > 0
    facts = because(known, model) if model and is_there else []
    return CustomerProfile(
        customer_id=customer_id,
        first_event_at=habits.first_at,
        last_event_at=habits.last_at,
        events_year=habits.events_year,
        usual_gap_days=habits.usual_gap_days,
        silent_days=None if silent is None else int(silent),
        answers_year=len(known.scores),
        last_score=known.scores[-1].place if known.scores else None,
        last_answer_at=known.scores[-1].at if known.scores else None,
        health=health_score(parts),
        health_parts={name: round(value, 1) for name, value in parts.items()},
        signs=[*signs, *([{"sign": "model", "because": facts}] if facts else [])],
        signs_count=len(signs),
        risk=risk_of(known, model) if model and is_there else None,
        left_at=left_at,
        counted_at=now,
    )


def _write_month(profiles: Iterable[CustomerProfile], *, now: datetime) -> None:
    month_on = month_of(day_of(now, timezone.get_default_timezone())).first_on
    known = [profile for profile in profiles if profile.health is not None]
    frozen = set(
        HealthSnapshot.objects.filter(
            customer__in=[profile.customer_id for profile in known], month_on=month_on, frozen_at__isnull=False
        ).values_list("customer_id", flat=True)
    )
    HealthSnapshot.objects.bulk_create(
        [
            HealthSnapshot(
                customer_id=profile.customer_id,
                month_on=month_on,
                health=profile.health,
                parts=profile.health_parts,
                counted_at=now,
            )
            for profile in known
            if profile.customer_id not in frozen
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["customer", "month_on"],
        update_fields=["health", "parts", "counted_at"],
    )


def freeze_months(*, now: datetime) -> int:
    """Freeze what was counted for months that are over; return how many rows that was."""
    month_on = month_of(day_of(now, timezone.get_default_timezone())).first_on
    return HealthSnapshot.objects.filter(month_on__lt=month_on, frozen_at__isnull=True).update(frozen_at=now)


@transaction.atomic
def score_fifths() -> None:
    """Say of every customer in which fifth recency, frequency and value lie: one update per score."""
    profiles = CustomerProfile.objects.filter(customer__erased_at__isnull=True)
    for field, path, sign in (
        ("recency", "silent_days", -1),
        ("frequency", "events_year", 1),
        ("monetary", "customer__annual_value", 1),
    ):
        known = profiles.filter(**{f"{path}__isnull": False}, last_event_at__isnull=False)
        values = np.array([float(value) for value in known.values_list(path, flat=True).iterator()])
        scores = fifths(sign * values)
        profiles.update(**{field: None})
        for score in sorted(set(scores.tolist()) - {0}):
            part = values[scores == score]
            inside = Q(**{f"{path}__gte": _edge(part.min()), f"{path}__lte": _edge(part.max())})
            CustomerProfile.objects.filter(pk__in=known.filter(inside).values("pk")).update(**{field: score})


def _edge(value: float) -> int | float:
    return int(value) if float(value).is_integer() else round(float(value), 2)


def prepare_count(*, now: datetime) -> None:
    """What must be there before customers are counted: tonight's risk model, and last month frozen."""
    freeze_months(now=now)
    refit_risk(now=now)


def forget_customer(customer_id: int, *, now: datetime) -> int:
    """Take an erased customer out of segments and profiles; return how many rows went. Figures of segments follow."""
    memberships = SegmentMember.objects.filter(customer_id=customer_id)
    with transaction.atomic():
        if memberships.exists():
            mark_customers([customer_id], now=now)
        gone = [
            rows.delete()[0]
            for rows in (
                memberships,
                CustomerProfile.objects.filter(customer_id=customer_id),
                HealthSnapshot.objects.filter(customer_id=customer_id),
            )
        ]
    return sum(gone)


def profiles_with_traces() -> QuerySet[CustomerProfile]:
    return CustomerProfile.objects.filter(customer__erased_at__isnull=False).order_by("pk")


def at_risk(
    profiles: QuerySet[CustomerProfile] | None = None, *, by_risk: bool, least: float = 0.0
) -> QuerySet[CustomerProfile]:
    """Customers who may leave, the likeliest first: by a risk of `least` or more where it is worth something, else by
    signs."""
    there = (CustomerProfile.objects.all() if profiles is None else profiles).filter(
        left_at__isnull=True, last_event_at__isnull=False, customer__erased_at__isnull=True
    )
    if by_risk:
        return there.filter(risk__gte=least).order_by("-risk", "-signs_count", "-pk")
    return there.filter(signs_count__gt=0).order_by("-signs_count", F("health").asc(nulls_last=True), "-pk")
