"""What can be said of a response: one flat table of facts that triage rules test. Plain data, no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

SCORE_KINDS = ("nps", "csat", "ces", "rating")
UNHAPPY_AT_MOST = {"nps": 6, "csat": 2, "ces": 3, "rating": 2}
HAPPY_AT_LEAST = {"nps": 9, "csat": 4, "ces": 5, "rating": 4}
WORST_LABEL_FIRST = ("negative", "mixed", "neutral", "positive")
STRONGLY_NEGATIVE = -0.6  # a compound score; VADER runs from -1 to 1
CUSTOMER = "customer."
ANSWER = "answer."

Fact = str | float | list[str]
Facts = Mapping[str, Fact]


@dataclass(frozen=True)
class AnswerSeen:
    question_key: str
    kind: str
    number: float | None = None
    text: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadingSeen:
    """What the engine made of one comment; a comment that was not scored has no figures."""

    compound: float | None = None
    label: str = ""
    language: str = ""
    intent: str = ""
    is_scored: bool = True


@dataclass(frozen=True)
class CustomerSeen:
    locale: str = ""
    annual_value: Decimal | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ResponseSeen:
    survey: str
    purpose: str = "cx"
    touchpoint: str = ""
    stage: str = ""
    is_moment_of_truth: bool = False
    channel: str = ""
    locale: str = ""
    flags: tuple[str, ...] = ()
    answers: tuple[AnswerSeen, ...] = ()
    readings: tuple[ReadingSeen, ...] = ()
    customer: CustomerSeen | None = None


def facts_of(seen: ResponseSeen) -> dict[str, Fact]:
    """What is not known is left out, so that no rule takes silence for a score of 0 or for a neutral comment."""
    scores = lowest_scores(seen.answers)
    facts = {
        "survey": seen.survey,
        "purpose": seen.purpose,
        "touchpoint": seen.touchpoint,
        "stage": seen.stage,
        "moment_of_truth": _yes_no(seen.is_moment_of_truth),
        "channel": seen.channel,
        "locale": seen.locale,
        "flags": list(seen.flags),
        **scores,
        **_facts_of_comments(seen),
        "conflict": _conflict(scores, seen.readings),
        **_facts_of_answers(seen.answers),
        **_facts_of_customer(seen.customer),
    }
    return {name: fact for name, fact in facts.items() if fact not in ("", None)}


def lowest_scores(answers: Iterable[AnswerSeen]) -> dict[str, float]:
    """The lowest number given for each kind of score; a 0 is a number."""
    lowest: dict[str, float] = {}
    for answer in answers:
        if answer.kind in SCORE_KINDS and answer.number is not None:
            lowest[answer.kind] = min(answer.number, lowest.get(answer.kind, answer.number))
    return lowest


def is_unhappy(scores: Mapping[str, float]) -> bool:
    return any(number <= UNHAPPY_AT_MOST[kind] for kind, number in scores.items())


def is_happy(scores: Mapping[str, float]) -> bool:
    return bool(scores) and all(number >= HAPPY_AT_LEAST[kind] for kind, number in scores.items())


def without_personal_data(facts: Facts) -> dict[str, Fact]:
    """What may be kept beside a triage: the customer's attributes and words stay where erasure finds them."""
    return {name: fact for name, fact in facts.items() if not name.startswith((CUSTOMER, ANSWER))}


def _facts_of_comments(seen: ResponseSeen) -> dict[str, Fact | None]:
    scored = [reading for reading in seen.readings if reading.is_scored]
    return {
        "has_comment": _yes_no(any(answer.kind == "text" and answer.text.strip() for answer in seen.answers)),
        "comment_not_scored": _yes_no(any(not reading.is_scored for reading in seen.readings)),
        "compound": min((reading.compound for reading in scored if reading.compound is not None), default=None),
        "label": next((label for label in WORST_LABEL_FIRST if label in {r.label for r in scored}), None),
        "language": next((reading.language for reading in seen.readings if reading.language), None),
        "intent": sorted({reading.intent for reading in seen.readings if reading.intent}) or None,
    }


def _conflict(scores: Mapping[str, float], readings: Iterable[ReadingSeen]) -> str | None:
    """Score and comment disagree: worth a look, because one of the two was misread or misclicked."""
    labels = {reading.label for reading in readings if reading.is_scored}
    if is_happy(scores) and "negative" in labels:
        return "comment_is_worse"
    if is_unhappy(scores) and "positive" in labels and not labels & {"negative", "mixed"}:
        return "comment_is_better"
    return None


def _facts_of_answers(answers: Iterable[AnswerSeen]) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for answer in answers:
        if answer.number is not None:
            facts[ANSWER + answer.question_key] = answer.number
        elif answer.choices:
            facts[ANSWER + answer.question_key] = list(answer.choices)
    return facts


def _facts_of_customer(customer: CustomerSeen | None) -> dict[str, Fact | None]:
    if customer is None:
        return {"customer_known": "no"}
    facts: dict[str, Fact | None] = {
        f"{CUSTOMER}{name}": value
        for name, value in customer.attributes.items()
        if isinstance(value, str | int | float)
    }
    value = customer.annual_value
    return facts | {
        "customer_known": "yes",
        "customer.locale": customer.locale,
        "customer.annual_value": None if value is None else float(value),
    }


def _yes_no(value: bool) -> str:
    """As an admin writes it in a condition."""
    return "yes" if value else "no"
