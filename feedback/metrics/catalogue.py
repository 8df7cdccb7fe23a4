"""What the platform measures, each metric in one paragraph: the rows that a new installation starts with."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.metrics.figure import Unit

ANSWERED_WITHIN_SECONDS = 20.0  # eighty in a hundred within twenty seconds is the usual promise of contact centres
LIFETIME_MARGIN_PERCENT = 100.0  # until somebody enters the own margin, lifetime value is lifetime revenue


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


class Cadence(StrEnum):
    EACH = "each"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class Source(StrEnum):
    """Where a metric's rows come from."""

    ANSWERS = "answers"
    TRAFFIC = "traffic"
    FACTS = "facts"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Described:
    """`target`: from here on it is met; past `watch_at` (empty: past the target) watched, past `act_at` acted on."""

    key: str
    name: str | Promise
    source: Source
    unit: Unit
    direction: Direction
    axis: tuple[float, float]
    purpose: str | Promise
    formula: str | Promise
    target: float | None = None
    watch_at: float | None = None
    act_at: float | None = None
    benchmark_low: float | None = None
    benchmark_high: float | None = None
    cadence: Cadence = Cadence.MONTH
    minimum_n: int = 10
    window_days: int = 7
    assumption: float | None = None


_UP, _DOWN = Direction.UP, Direction.DOWN

CATALOGUE: dict[str, Described] = {
    each.key: each
    for each in (
        Described(
            "nps", _("NPS"), Source.ANSWERS, Unit.POINTS, _UP, (-100, 100),
            _("Would customers put their name behind us? Tells loyalty over months, not the quality of one contact."),
            _("Share of 9–10 less share of 0–6, among everybody who gave a score."),
            target=50, watch_at=30, act_at=0,
        ),
        Described(
            "csat", _("CSAT"), Source.ANSWERS, Unit.PERCENT, _UP, (0, 100),
            _("Was this contact good enough? Asked right after it, so that it can be traced to what happened."),
            _("Share of 4 and 5 on the scale from 1 to 5."),
            target=80, act_at=70, cadence=Cadence.EACH,
        ),
        Described(
            "ces", _("CES"), Source.ANSWERS, Unit.SCORE, _UP, (1, 7),
            _("How hard was it to get something done? Effort drives people away more surely than delight keeps them."),
            _("Mean of 1 to 7, “made it easy”: high is good."),
            target=5.5, act_at=4.5, cadence=Cadence.EACH,
        ),
        Described(
            "effort", _("CES, as effort"), Source.ANSWERS, Unit.SCORE, _DOWN, (1, 5),
            _("The same answers on the older scale, where 1 is very little effort: for targets such as “below 2.0”."),
            _("1 + (7 − ease) × 4/6: low is good."),
            target=2, act_at=8 / 3, cadence=Cadence.EACH,
        ),
        Described(
            "sentiment", _("Sentiment"), Source.ANSWERS, Unit.POINTS, _UP, (-100, 100),
            _("What comments sound like, also where nobody was asked for a score."),
            _("Share of positive less share of negative comments, among those that could be read."),
        ),
        Described(
            "health", _("Customer health"), Source.HEALTH, Unit.PERCENT, _UP, (0, 100),
            _("How are our relationships, taken together? Looks ahead, where scores look back."),
            _("Mean of the latest health score (0–100) of each customer."),
            target=70, act_at=50, minimum_n=30,
        ),
        Described(
            "fcr", _("First contact resolution"), Source.FACTS, Unit.PERCENT, _UP, (0, 100),
            _("Was it solved at once? Every further contact costs the customer time and us money."),
            _("Share of resolved contacts whose event says that the first contact solved it."),
            target=70, act_at=65, benchmark_low=70, benchmark_high=75, cadence=Cadence.WEEK, minimum_n=30,
        ),
        Described(
            "fcr_said", _("First contact resolution, as customers say"), Source.ANSWERS, Unit.PERCENT, _UP, (0, 100),
            _("Do customers agree that it was solved at once? We close a contact; they know whether it was over."),
            _("Share of yes among the answers to the yes-or-no question with the key first_contact."),
            target=70, act_at=65, benchmark_low=70, benchmark_high=75, cadence=Cadence.WEEK, minimum_n=30,
        ),
        Described(
            "response_time", _("Average response time"), Source.FACTS, Unit.HOURS, _DOWN, (0, 8),
            _("How long does a customer wait for the first reply?"),
            _("Mean time to the first response; the median and the time within which 9 of 10 had one stand beside it."),
            target=2, act_at=4, cadence=Cadence.WEEK,
        ),
        Described(
            "service_level", _("Service level"), Source.FACTS, Unit.PERCENT, _UP, (0, 100),
            _("Is somebody there when customers call or chat?"),
            _("Answered within the seconds of the assumption, among those answered and those who gave up waiting."),
            target=80, act_at=70, cadence=Cadence.WEEK, minimum_n=30, assumption=ANSWERED_WITHIN_SECONDS,
        ),
        Described(
            "handle_time", _("Handle time"), Source.FACTS, Unit.SECONDS, _DOWN, (0, 600),
            _("How much of our time does one contact take? Short is cheap, not good."),
            _("Mean seconds of handling; the median and the time within which 9 of 10 were done stand beside it."),
            cadence=Cadence.WEEK, minimum_n=30,
        ),
        Described(
            "survey_abandonment", _("Abandonment of surveys"), Source.TRAFFIC, Unit.PERCENT, _DOWN, (0, 100),
            _("Is the questionnaire itself too long or too hard?"),
            _("Started but not finished, among started."),
            target=10, act_at=15, minimum_n=30,
        ),
        Described(
            "process_abandonment", _("Abandonment of processes"), Source.FACTS, Unit.PERCENT, _DOWN, (0, 100),
            _("Do customers give up on the way to what they came for?"),
            _("Processes given up, among processes that ended."),
            target=10, act_at=15, cadence=Cadence.WEEK, minimum_n=30,
        ),
        Described(
            "completion", _("Completion of surveys"), Source.TRAFFIC, Unit.PERCENT, _UP, (0, 100),
            _("How many who begin to answer reach the end?"),
            _("Finished among started, invitations and links together."),
            target=85, act_at=80, minimum_n=30,
        ),
        Described(
            "process_completion", _("Completion of journeys"), Source.FACTS, Unit.PERCENT, _UP, (0, 100),
            _("How many who begin a process finish it within a week?"),
            _("Finished within 7 days of the start; what still runs counts for as long as it was seen (Kaplan–Meier)."),
            target=85, act_at=80, cadence=Cadence.WEEK, minimum_n=30,
        ),
        Described(
            "response_rate", _("Response rate"), Source.TRAFFIC, Unit.PERCENT, _UP, (0, 100),
            _("Whom do we hear? The fewer answer, the less the answers say about the others."),
            _("Finished among delivered invitations."),
            minimum_n=30,
        ),
        Described(
            "churn", _("Churn"), Source.FACTS, Unit.PERCENT, _DOWN, (0, 20),
            _("How many customers do we lose in a month?"),
            _("1 − e^−r with r cancellations per customer and 30 days; each customer counts while being one."),
            minimum_n=30,
        ),
        Described(
            "clv", _("Customer lifetime value"), Source.FACTS, Unit.MONEY, _UP, (0, 1000),
            _("What is one customer worth over the whole relationship, judged by our own churn?"),
            _("Margin × revenue per customer and month ÷ cancellations per customer and month."),
            minimum_n=30, assumption=LIFETIME_MARGIN_PERCENT,
        ),
        Described(
            "revenue_per_customer", _("Revenue per customer"), Source.FACTS, Unit.MONEY, _UP, (0, 1000),
            _("What does a customer who buys spend in the period?"),
            _("Mean of the purchases per customer who bought."),
            minimum_n=30,
        ),
        Described(
            "referral_rate", _("Referral rate"), Source.FACTS, Unit.PERCENT, _UP, (0, 100),
            _("Do customers really recommend us? What they did, not what they said they would do."),
            _("Share of customers with an event in the period who also referred somebody."),
            minimum_n=30,
        ),
        Described(
            "customer_saves", _("Customer saves"), Source.FACTS, Unit.POINTS, _UP, (-100, 100),
            _("Do our offers keep those who were about to leave? Many would have stayed anyway."),
            _("Still customers 90 days after an offer, less the same among those at risk who got none."),
            minimum_n=20,
        ),
        Described(
            "bounce_time", _("Bounce time"), Source.FACTS, Unit.SECONDS, _UP, (0, 120),
            _("How long do visitors stay who leave without a further step?"),
            _("Median seconds on the page before leaving."),
            cadence=Cadence.WEEK, minimum_n=30,
        ),
        Described(
            "cart_abandonment", _("Cart abandonment"), Source.FACTS, Unit.PERCENT, _DOWN, (0, 100),
            _("How many fill a cart and leave it?"),
            _("Carts without a purchase within 24 hours; carts younger than that count while seen (Kaplan–Meier)."),
            cadence=Cadence.WEEK, minimum_n=30,
        ),
    )
}  # fmt: skip
