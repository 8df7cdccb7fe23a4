"""A small programme to count: two journeys' worth of touchpoints, three surveys, and answers as the tests need them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from feedback.models import Answer, Reading, Response, Segment
from surveys.models import Customer, Delivery, Invitation, Journey, Stage, Survey, SurveyVersion, Touchpoint

NOW = datetime(2025, 5, 14, 10, tzinfo=UTC)
_serial = count(1)

ASKED = [
    {"key": "recommend", "kind": "nps", "text": "Would you recommend us?", "minimum": 0, "maximum": 10},
    {"key": "why", "kind": "text", "text": "Why?"},
    {"key": "happy", "kind": "csat", "text": "How satisfied were you?", "minimum": 1, "maximum": 5},
    {"key": "easy", "kind": "ces", "text": "They made it easy.", "minimum": 1, "maximum": 7},
    {"key": "staff", "kind": "csat", "text": "And with our staff?", "minimum": 1, "maximum": 5},
    {"key": "more", "kind": "text", "text": "Anything else?"},
    {"key": "again", "kind": "yes_no", "text": "Will you come again?"},
    {
        "key": "issues",
        "kind": "multiple",
        "text": "What went wrong?",
        "choices": [{"key": "late", "text": "It came late"}, {"key": "lost", "text": "It was lost"}],
    },
    {
        "key": "heard",
        "kind": "single",
        "text": "How did you hear about us?",
        "choices": [{"key": "friend", "text": "From a friend"}, {"key": "7", "text": "Channel 7"}],
    },
    {"key": "first_contact", "kind": "yes_no", "text": "Was it solved at the first contact?"},
]
NEEDS = [
    {"key": "need_met", "kind": "yes_no", "text": "Did you get what you came for?"},
    {"key": "felt_right", "kind": "yes_no", "text": "Did you feel in good hands?"},
    {
        "key": "emotion",
        "kind": "single",
        "text": "What did you feel?",
        "choices": [{"key": "relief", "text": "Relief"}, {"key": "anger", "text": "Anger"}],
    },
]
KINDS = {question["key"]: question["kind"] for question in [*ASKED, *NEEDS]}
SAID_IN = {"text": "text", **dict.fromkeys(("yes_no", "single", "multiple"), "choices")}


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def make_version(
    slug: str = "visit",
    *,
    purpose: str = "cx",
    is_anonymous: bool = False,
    questions: list | None = None,
    number: int = 1,
) -> SurveyVersion:
    survey, _new = Survey.objects.get_or_create(
        slug=slug, defaults={"name": slug.title(), "title": slug.title(), "purpose": purpose}
    )
    definition = {
        "schema": 1,
        "survey": slug,
        "title": survey.title,
        "is_anonymous": is_anonymous,
        "questions": ASKED if questions is None else questions,
    }
    version = SurveyVersion.objects.create(
        survey=survey, number=number, definition=definition, checksum=f"{slug}{number}", published_at=days_ago(60)
    )
    survey.live_version = version
    survey.save(update_fields=["live_version"])
    return version


def make_touchpoint(name: str, *, stage: str = "Use", journey: str = "Shop", **fields) -> Touchpoint:
    home, _new = Journey.objects.get_or_create(slug=journey.lower(), defaults={"name": journey})
    step, _new = Stage.objects.get_or_create(journey=home, slug=stage.lower(), defaults={"name": stage})
    slug = name.lower().replace(" ", "-")
    return Touchpoint.objects.create(stage=step, name=name, slug=slug, coverage="measured", **fields)


def answer(
    version: SurveyVersion,
    *,
    at: datetime = NOW,
    label: str | None = None,
    submitted: bool = True,
    **fields,
) -> Response:
    """Make a response; what is named like a question is its answer, the rest are fields of the response."""
    answers = {key: fields.pop(key) for key in list(fields) if key in KINDS}
    response = Response.objects.create(
        survey=version.survey,
        version=version,
        started_at=at - timedelta(minutes=2),
        submitted_at=at if submitted else None,
        **fields,
    )
    for key, value in answers.items():
        said = {SAID_IN.get(KINDS[key], "number"): value}
        row = Answer.objects.create(response=response, question_key=key, kind=KINDS[key], **said)
        if KINDS[key] == "text" and label is not None:
            read(row, label)
    return response


def read(row: Answer, label: str) -> Reading:
    """Label a comment; the label "" stands for one that no engine can read."""
    scored = {"status": "scored", "label": label, "compound": 0.0} if label else {"status": "not_scored"}
    return Reading.objects.create(answer=row, engine="test", engine_version="1", **scored)


def invite(version: SurveyVersion, *, at: datetime = NOW, sent: bool = True, **fields) -> Invitation:
    serial = next(_serial)
    invitation = Invitation.objects.create(
        version=version,
        channel="email",
        token_digest=f"digest-{serial}",
        due_at=at,
        expires_at=at + timedelta(days=30),
        created_at=at,
        **fields,
    )
    Delivery.objects.create(
        invitation=invitation,
        channel="email",
        address="a@example.org",
        status=Delivery.Status.SENT if sent else Delivery.Status.FAILED,
        sent_at=at if sent else None,
    )
    return invitation


@dataclass
class Programme:
    """Versions and touchpoints to draw from."""

    visit: SurveyVersion
    shop: SurveyVersion
    study: SurveyVersion
    secret: SurveyVersion
    counter: Touchpoint
    delivery: Touchpoint
    support: Touchpoint
    customers: list[Customer] = field(default_factory=list)


def make_programme() -> Programme:
    shop_questions = [ASKED[2], ASKED[1]]
    return Programme(
        visit=make_version("visit"),
        shop=make_version("shop", questions=shop_questions),
        study=make_version("study", purpose="research"),
        secret=make_version("secret", is_anonymous=True),
        counter=make_touchpoint("Counter", stage="Buy", is_moment_of_truth=True, position=1),
        delivery=make_touchpoint("Parcel", stage="Use", position=2),
        support=make_touchpoint("Support call", stage="Use", position=3),
        customers=[
            Customer.objects.create(external_id=f"C-{i}", name=f"Customer {i}", attributes={"plan": plan})
            for i, plan in enumerate(("gold", "gold", "basic"))
        ],
    )


def make_segment(slug: str, *conditions: tuple, **fields) -> Segment:
    """Conditions are (subject, field, operator, value) and, for events, the days within which."""
    segment = Segment.objects.create(name=slug.title(), slug=slug, **fields)
    for subject, name, operator, value, *days in conditions:
        segment.conditions.create(
            subject=subject, field=name, operator=operator, value=value, within_days=days[0] if days else None
        )
    return segment
