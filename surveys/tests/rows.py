"""Rows that tests about asking start from: a journey, a published survey, a rule, a customer, an event."""

from datetime import UTC, datetime

from surveys.models import (
    ContactPolicy,
    Customer,
    CustomerAddress,
    Journey,
    Source,
    Stage,
    Survey,
    SurveyVersion,
    Touchpoint,
    TouchpointEvent,
    TriggerRule,
)

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)  # a Wednesday

QUESTIONS = [
    {
        "key": "nps",
        "kind": "nps",
        "text": "How likely are you to recommend us?",
        "low_label": "Not at all likely",
        "high_label": "Extremely likely",
        "minimum": 0,
        "maximum": 10,
        "is_required": True,
    },
    {"key": "why", "kind": "text", "text": "Why did you give this score?"},
]


def touchpoint(slug: str = "delivery", **fields) -> Touchpoint:
    journey, _ = Journey.objects.get_or_create(slug="shop", defaults={"name": "Shop"})
    stage, _ = Stage.objects.get_or_create(journey=journey, slug="receive", defaults={"name": "Receive"})
    return Touchpoint.objects.create(stage=stage, slug=slug, name=fields.pop("name", slug.title()), **fields)


def survey(slug: str = "delivery-nps", questions: list[dict] | None = None, **fields) -> Survey:
    title = fields.pop("title", "How was your delivery?")
    row = Survey.objects.create(slug=slug, name=slug, title=title, **fields)
    definition = {"schema": 1, "survey": slug, "title": title, "locale": row.locale, "introduction": row.introduction}
    definition |= {"accent_colour": row.accent_colour, "questions": questions or QUESTIONS}
    row.live_version = SurveyVersion.objects.create(
        survey=row, number=1, definition=definition, checksum=slug, published_at=NOON
    )
    row.save(update_fields=["live_version"])
    return row


def rule(at: Touchpoint, asks: Survey, **fields) -> TriggerRule:
    fields = {"name": f"{at.slug} asks {asks.slug}", "is_active": True} | fields
    return TriggerRule.objects.create(touchpoint=at, survey=asks, **fields)


def customer(number: str | None = "C-1", email: str = "ana@example.org", phone: str = "", **fields) -> Customer:
    row = Customer.objects.create(external_id=number, **{"name": "Ana", "time_zone": "UTC"} | fields)
    for channel, address in (("email", email), ("sms", phone)):
        if address:
            CustomerAddress.objects.create(customer=row, channel=channel, address=address)
    return row


def source(slug: str = "shop") -> Source:
    return Source.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def event(at: Touchpoint, who: Customer | None, event_id: str = "E-1", **fields) -> TouchpointEvent:
    fields = {"occurred_at": NOON, "received_at": NOON, "source": source()} | fields
    return TouchpointEvent.objects.create(touchpoint=at, customer=who, event_id=event_id, fingerprint="-", **fields)


def no_limits() -> ContactPolicy:
    days = dict.fromkeys(
        [
            "survey_after_invitation_days",
            "survey_after_response_days",
            "account_after_invitation_days",
            "account_after_response_days",
            "cap_count",
        ],
        0,
    )
    return ContactPolicy.objects.create(name="No limits", is_default=True, **days)
