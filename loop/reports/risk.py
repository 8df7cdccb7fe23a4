"""Customers who may leave, with reasons in words, what is at stake, and whether somebody is already at work on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Avg, Count, F, FloatField, QuerySet, Sum
from django.db.models.functions import Cast

from feedback.analytics.leaving import RiskModel, churn_definition, newest_model
from feedback.analytics.moves import FirstDrop, first_drop_of
from feedback.analytics.segment_lines import mean_health
from feedback.analytics.signs import part_words, sign_words
from feedback.metrics.change import Verdict, target_verdict
from feedback.metrics.figure import Figure
from feedback.models import CustomerProfile, HealthSnapshot, Segment
from loop.models import Case
from surveys.models import Customer

HISTORY = 12
WATERMELON_SCORE, WATERMELON_HABIT = 70, 50


@dataclass(frozen=True, slots=True)
class RiskLine:
    profile: CustomerProfile
    reasons: tuple[str, ...]
    at_stake: Decimal | None
    has_open_case: bool

    @property
    def customer(self) -> Customer:
        return self.profile.customer


def risk_lines(profiles: Iterable[CustomerProfile], *, reader: AbstractBaseUser) -> list[RiskLine]:
    """The profiles come with their customers; one more query for their open cases."""
    profiles = list(profiles)
    open_cases = Case.objects.visible_to(reader).open().filter(customer__in=[each.customer_id for each in profiles])
    worked = set(open_cases.values_list("customer_id", flat=True))
    return [
        RiskLine(each, tuple(sign_words(each.signs)), at_stake(each), each.customer_id in worked) for each in profiles
    ]


def at_stake(profile: CustomerProfile) -> Decimal | None:
    """A year's value times the risk of losing it; None where either is not known."""
    value = profile.customer.annual_value
    if value is None or profile.risk is None:
        return None
    return (value * Decimal(str(profile.risk))).quantize(Decimal(1))


def expected_loss(profiles: QuerySet[CustomerProfile]) -> Decimal | None:
    """What would be lost in a year if the forecast is right, over all customers whose value is known."""
    stake = Sum(Cast("customer__annual_value", FloatField()) * F("risk"))
    total = profiles.order_by().aggregate(total=stake)["total"]
    return None if total is None else Decimal(str(round(total)))


@dataclass(frozen=True, slots=True)
class HealthOfAll:
    figure: Figure
    target: int
    verdict: Verdict


def health_of_everybody() -> HealthOfAll:
    """Mean health of customers who are there, against the target, judged by the interval."""
    health = Cast("health", FloatField())
    there = CustomerProfile.objects.filter(left_at__isnull=True, customer__erased_at__isnull=True)
    told = there.aggregate(n=Count("health"), mean=Avg(health), squares=Sum(health * health))
    target = churn_definition().health_target
    figure = mean_health(told["n"], told["mean"], told["squares"])
    return HealthOfAll(figure, target, target_verdict(figure, target))


@dataclass(frozen=True, slots=True)
class CustomerStanding:
    """How one customer stands, for the customer's page. `is_watermelon`: content in words, gone in deeds."""

    profile: CustomerProfile | None
    parts: tuple[tuple[str, float], ...]
    reasons: tuple[str, ...]
    segments: tuple[Segment, ...]
    history: tuple[HealthSnapshot, ...]
    model: RiskModel | None
    target: int
    is_watermelon: bool
    first_drop: FirstDrop | None

    @property
    def health_tone(self) -> str:
        """A colour only where health has been shown to tell leavers from stayers."""
        if self.profile is None or self.profile.health is None or not (self.model and self.model.is_health_telling):
            return ""
        return "good" if self.profile.health >= self.target else "bad" if self.profile.health < 40 else "warn"


def standing_of(customer: Customer) -> CustomerStanding:
    profile = CustomerProfile.objects.filter(customer=customer).first()
    words = part_words()
    parts = profile.health_parts if profile else {}
    return CustomerStanding(
        profile=profile,
        parts=tuple((words[name], value) for name, value in parts.items() if name in words),
        reasons=tuple(sign_words(profile.signs)) if profile else (),
        segments=tuple(Segment.objects.active().filter(members__customer=customer)),
        history=tuple(reversed(HealthSnapshot.objects.filter(customer=customer)[:HISTORY])),
        model=newest_model(),
        target=churn_definition().health_target,
        is_watermelon=parts.get("score", 0) >= WATERMELON_SCORE
        and min(parts.get("recency", 100), parts.get("pace", 100)) < WATERMELON_HABIT,
        first_drop=first_drop_of(customer),
    )
