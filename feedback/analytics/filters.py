"""What a page, an API call or an export is about. Only the names below exist; each one is a part of the address."""

from dataclasses import dataclass, fields, replace
from datetime import tzinfo
from itertools import pairwise
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone

from feedback.models import SegmentMember, Standing
from feedback.models.rollup import NO_TOUCHPOINT
from feedback.models.standing import standing_is
from surveys.models import Touchpoint
from vocplatform.lib.periods import ONE_DAY, Period

ANY = "any"
FINISHED, STARTED, PARTIAL = "finished", "started", "partial"
SUBMITTED, INVITED, VISITED, ENTERED = "submitted", "invited", "visited", "entered"  # entered: invited or visited
CUSTOM = "custom"
ANY_CONFLICT = "any"
NOWHERE = "-"  # as a touchpoint: answers that belong to none
PURPOSES = {Standing.COUNTED: "cx", Standing.RESEARCH: "research", Standing.RECOVERY: "recovery"}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which answers. The first block narrows every figure; the second picks responses for a list."""

    period: Period
    period_name: str = CUSTOM
    survey: str = ""
    version: int | None = None
    journey: str = ""
    stage: str = ""  # "journey/stage", for stages of two journeys may share a name
    touchpoint: str = ""
    channel: str = ""
    segment: str = ""
    standing: str = Standing.COUNTED

    metric: str = ""
    band: str = ""
    value: int | None = None
    state: str = FINISHED
    basis: str = SUBMITTED
    conflict: str = ""
    theme: str = ""
    feeling: str = ""  # how the clauses that speak of the theme sound
    intent: str = ""
    question: str = ""
    choice: str = ""  # the key of a choice, or a point of the scale
    text: str = ""
    figure: str = ""  # the code of a kept figure: only the responses that were there when it was kept

    is_guarded: bool = False  # shown outside the house: no figure of fewer than five people, named or not

    def during(self, period: Period) -> "Filters":
        return replace(self, period=period, period_name=CUSTOM)

    def scope(self) -> "Filters":
        """Without what only a list knows."""
        plain = dict.fromkeys(("metric", "band", "conflict", "theme", "feeling", "intent", "question", "choice"), "")
        return replace(self, **plain, value=None, state=FINISHED, basis=SUBMITTED, text="", figure="")

    def narrowed(self, **changes) -> "Filters":
        return replace(self, **changes)

    @property
    def narrowings(self) -> int:
        """How many filters besides the period are set."""
        return sum(1 for name, value in self._set().items() if name not in ("period", "first", "last"))

    def query(self) -> str:
        """The part of an address behind “?”; defaults are left out, so that equal filters have equal addresses.

        Nothing where the figures are shown outside: no way leads from there to the answers.
        """
        return "" if self.is_guarded else urlencode(self._set())

    def _set(self) -> dict[str, str]:
        named = {"first": self.period.first_on, "last": self.period.last_on}
        if self.period_name != CUSTOM:
            named = {"period": self.period_name}
        for name, default in SHOWN:
            value = getattr(self, name)
            if value != default:
                named[name] = value
        return {name: str(value) for name, value in named.items()}

    @property
    def asks_of_answers(self) -> bool:
        """Whether it takes a look at a response's answers to know if it is meant."""
        return bool(self.metric or self.conflict or self.theme or self.intent or self.question or self.text)

    @property
    def is_countable(self) -> bool:
        """Whether the roll-ups know the number of responses that these filters leave."""
        return (self.state, self.basis, self.conflict, self.text, self.figure) == (FINISHED, SUBMITTED, "", "", "")

    def rollup_q(self, *, standing: bool = True, periods: tuple[Period, ...] = ()) -> Q:
        q = self._days_q(periods or (self.period,)) & self._bucket_q()
        return q & Q(standing=self.standing) if standing and self.standing != ANY else q

    def traffic_q(self, *periods: Period) -> Q:
        """Nobody is invited to be a test or a doubtful answer: such filters have no funnel."""
        purpose = Q(survey__purpose=PURPOSES[self.standing]) if self.standing in PURPOSES else Q(pk__in=[])
        return self._days_q(periods or (self.period,)) & self._bucket_q() & purpose

    @staticmethod
    def _days_q(periods: tuple[Period, ...]) -> Q:
        """Two periods side by side are one range, which an index can walk through in one go."""
        ordered = sorted(periods)
        joined = all(a.last_on + ONE_DAY >= b.first_on for a, b in pairwise(ordered))
        if joined:
            ordered = [Period(ordered[0].first_on, max(period.last_on for period in ordered))]
        days = Q()
        for period in ordered:
            days |= Q(on__range=(period.first_on, period.last_on))
        return days

    def _bucket_q(self) -> Q:
        q = Q()
        if self.survey:
            q &= Q(survey__slug=self.survey)
        if self.version is not None:
            q &= Q(version__number=self.version)
        if self.channel:
            q &= Q(channel=self.channel)
        if self.segment:  # of everybody's roll-ups none knows a segment: `sums.rollups` turns to those of segments
            q &= Q(segment__slug=self.segment)
        places = self._place_q("")
        if self.touchpoint == NOWHERE:
            return q & (Q(pk__in=[]) if places else Q(touchpoint_key=NO_TOUCHPOINT))
        return q & Q(touchpoint_key__in=Touchpoint.objects.filter(places).values("pk")) if places else q

    def places_q(self, on: str) -> Q:
        """The rows of the chosen places, for rows that are no answers; `on` as below. Nowhere is no place."""
        return Q(pk__in=[]) if self.touchpoint == NOWHERE else self._place_q(on)

    @property
    def is_about_places(self) -> bool:
        """Whether nothing narrows but period and places: all that is known of what was not asked."""
        return not self.narrowed(journey="", stage="", touchpoint="").narrowings

    def _place_q(self, on: str) -> Q:
        """`on` is the way to the touchpoint, such as "touchpoint__"."""
        q = Q()
        if self.journey:
            q &= Q(**{f"{on}stage__journey__slug": self.journey})
        if self.stage:
            journey, _slash, stage = self.stage.partition("/")
            q &= Q(**{f"{on}stage__journey__slug": journey, f"{on}stage__slug": stage})
        if self.touchpoint and self.touchpoint != NOWHERE:
            q &= Q(**{f"{on}slug": self.touchpoint})
        return q

    def response_q(self, zone: tzinfo | None = None) -> Q:
        """The responses themselves, without metric, band and text, which need more than a condition on one row."""
        zone = zone or timezone.get_default_timezone()
        nowhere = Q(touchpoint__isnull=True) if self.touchpoint == NOWHERE else Q()
        q = self._when_q(zone) & nowhere & self._place_q("touchpoint__")
        if self.survey:
            q &= Q(survey__slug=self.survey)
        if self.version is not None:
            q &= Q(version__number=self.version)
        if self.channel:
            q &= Q(channel=self.channel)
        if self.segment:
            members = SegmentMember.objects.filter(segment__slug=self.segment)
            q &= Q(customer__in=members.values("customer_id"))
        return q if self.standing == ANY else q & standing_is(self.standing)

    def _when_q(self, zone: tzinfo) -> Q:
        start, end = self.period.starts_at(zone), self.period.ends_at(zone)
        invited = Q(invitation__created_at__gte=start, invitation__created_at__lt=end, invitation__is_test=False)
        invited &= ~Q(source_type="interview")
        started = Q(started_at__gte=start, started_at__lt=end)
        visited = started & Q(link__isnull=False)
        if self.basis == SUBMITTED:
            q = started if self.state != FINISHED else Q(submitted_at__gte=start, submitted_at__lt=end)
        else:
            q = {INVITED: invited, VISITED: visited, ENTERED: invited | visited}[self.basis]
            q &= Q(is_test=False, is_flagged=False)  # a funnel leaves these out, whatever they were asked for
        if self.state != STARTED:
            q &= Q(submitted_at__isnull=self.state == PARTIAL)
        return q


SHOWN = tuple(
    (field.name, field.default)
    for field in fields(Filters)
    if field.name not in ("period", "period_name", "is_guarded")
)
