"""Four months in order: what happened, who was asked, who answered, what staff did. Chance is seeded."""

import csv
import heapq
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from feedback.services.responses import submit_response
from feedback.services.scoring import score_response
from loop.models import ActionTaken, Case, Cause, DeedKind, Notice, Outcome, Playbook, Recovery
from loop.rules.facts import UNHAPPY_AT_MOST
from loop.services.cases import assign_case, mark_unreachable, record_contact, resolve_case, start_work
from loop.services.intake import triage_response
from loop.services.ledger import arm_in_force
from loop.services.placements import place_case
from loop.services.recovery import offer_recovery
from loop.services.sla import watch_sla
from loop.services.stopping import settle_playbook
from surveys.models import Customer, Delivery, Invitation, Source, Touchpoint, TouchpointEvent
from surveys.services.customers import CustomerDetails
from surveys.services.events import EventDetails, process_event, record_event
from vocplatform.demo import plan

RECEIVED = TouchpointEvent.objects.values("received_at")
COMMENTS = Path(__file__).parent / "comments.csv"
DAYS = 120
LOOK_EVERY_DAYS, WATCH_EVERY_HOURS = 3, 2
CUSTOMERS_PER_ANSWER = 2.6  # few enough to meet some again, many enough not to tire them
LOW, NOT_SATISFIED = 2, 3
SHARE_AT_ONCE = 0.72
NEED_MET = {1: 0.15, 2: 0.3, 3: 0.55, 4: 0.85, 5: 0.95}  # share of yes by satisfaction
BACKLOG, SHARE_WAITING = timedelta(days=21), 0.8
SHARE_CONTACTED, SHARE_RESOLVED = 0.9, 0.85
REGULARS, REGULAR_DAYS, DAYS_BETWEEN, YEARLY_LOSS = 100, 540, (50, 85), 0.36


@dataclass(frozen=True)
class Comment:
    touchpoint: str
    score: int
    text: str
    locale: str


def read_comments() -> list[Comment]:
    with open(COMMENTS, encoding="utf-8", newline="") as file:
        return [
            Comment(row["touchpoint"], int(row["score"]), row["text"], row["locale"]) for row in csv.DictReader(file)
        ]


class Months:
    """A clock with a queue: each step may put later steps into it."""

    def __init__(self, *, now: datetime, visits: int, seed: int = 7) -> None:
        self.now, self.visits = now, visits
        self.random = random.Random(seed)
        self.queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.chance = random.Random(now.toordinal())
        self.order = count()
        self.touchpoints = {touchpoint.slug: touchpoint for touchpoint in Touchpoint.objects.all()}
        self.source = Source.objects.get(slug="operations")
        self.people = list(get_user_model().objects.filter(groups__name="agent"))

    def run(self) -> Iterator[datetime]:
        """Yield the moment of each step, so that somebody can show how far we are."""
        self._plan_visits()
        self._plan_regulars()
        self._plan_looks()
        self._plan_watches()
        while self.queue:
            at, _, step = heapq.heappop(self.queue)
            if at > self.now:
                break
            step(at)
            yield at

    def at(self, when: datetime, step: Callable[[datetime], None]) -> None:
        heapq.heappush(self.queue, (when, next(self.order), step))

    def _plan_visits(self) -> None:
        comments = self._choose(read_comments())
        places = [comment.touchpoint for comment in comments]
        silent = [None] * int(1.4 * len(comments))
        for number, comment in enumerate([*comments, *silent]):
            slug = comment.touchpoint if comment else self.random.choice(places)
            when = self._office_time(self.now - timedelta(days=self._days_ago(comment)))
            number_of_customer = 10_000 + self.random.randrange(int(CUSTOMERS_PER_ANSWER * len(comments)))
            self.at(when, self._visit(number, slug, number_of_customer, comment))

    def _days_ago(self, comment: Comment | None) -> float:
        """Anywhere in these months; where something was changed, low scores mostly before that."""
        if comment is None or comment.touchpoint != plan.RING_BACK["touchpoint"]:
            return self.random.uniform(0.1, DAYS)
        is_low = comment.score <= NOT_SATISFIED
        before = plan.SHARE_BEFORE_OF_LOW if is_low else plan.SHARE_BEFORE_OF_OTHERS
        if self.random.random() < before:
            return self.random.uniform(plan.LIVE_DAYS_AGO, DAYS)
        return self.random.uniform(0.1, plan.LIVE_DAYS_AGO)

    def _plan_regulars(self) -> None:
        """Some patients come every few weeks for a year and a half; some stay away for good."""
        place = self.touchpoints[plan.FOLLOW_UP.slug]
        for number in range(min(REGULARS, self.visits)):
            days_ago = self.chance.uniform(REGULAR_DAYS - DAYS_BETWEEN[1], REGULAR_DAYS)
            leaves = self.chance.expovariate(-math.log(1 - YEARLY_LOSS) / 365)
            while days_ago > 0.1 and REGULAR_DAYS - days_ago < max(leaves, DAYS_BETWEEN[0]):
                at = self._office_time(self.now - timedelta(days=days_ago))
                self.at(at, self._come_again(f"again-{number}-{days_ago:.0f}", place, 10_000 + 3 * number))
                days_ago -= self.chance.uniform(*DAYS_BETWEEN)

    def _come_again(self, key: str, place: Touchpoint, customer: int):
        def step(at: datetime) -> None:
            who = CustomerDetails(external_id=f"C-{customer}", email=f"c{customer}.a@customers.example", locale="en")
            event, _ = record_event(self.source, EventDetails(key, place, at, who), now=at)
            process_event(event.pk, now=at)

        return step

    def _plan_looks(self) -> None:
        """What the nights do: a playbook whose look was clear is stopped."""
        for days_ago in range(0, DAYS, LOOK_EVERY_DAYS):
            self.at(self.now - timedelta(days=days_ago), self._look)

    def _plan_watches(self) -> None:
        """Overdue cases climb the ladder when they are overdue, and not all at once when the demo is looked at."""
        for hours_ago in range(0, 24 * DAYS, WATCH_EVERY_HOURS):
            self.at(self.now - timedelta(hours=hours_ago), lambda at: watch_sla(now=at))

    def _look(self, at: datetime) -> None:
        for pk in Playbook.objects.running().values_list("pk", flat=True):
            settle_playbook(pk, now=at)

    def _choose(self, comments: list[Comment]) -> list[Comment]:
        keyed = [(self.random.random() ** (1 / likelihood(comment)), comment) for comment in comments]
        keyed.sort(key=lambda pair: pair[0], reverse=True)
        return [comment for _, comment in keyed[: self.visits]]

    def _office_time(self, when: datetime) -> datetime:
        return when.replace(hour=self.random.randint(7, 18), minute=self.random.randrange(60), second=0, microsecond=0)

    def _office_hour_after(self, at: datetime, wait: timedelta) -> datetime:
        when = self._office_time(at + wait)
        return when if when > at else when + timedelta(days=1)

    def _visit(self, number: int, slug: str, customer: int, comment: Comment | None):
        touchpoint = self.touchpoints[slug]

        def step(at: datetime) -> None:
            who = CustomerDetails(
                external_id=f"C-{customer}" if slug != "renewal" else f"B-{customer}",
                email=f"c{customer}.{'b' if slug == 'renewal' else 'a'}@customers.example",
                locale="pt-br" if slug == "renewal" else "en",
                time_zone="America/Sao_Paulo" if slug == "renewal" else "Europe/London",
                annual_value=Decimal(1200 * (customer % 9 + 1)) if slug == "renewal" else None,
            )
            event, _ = record_event(
                self.source, EventDetails(f"visit-{number}", touchpoint, at, who, self._said(slug)), now=at
            )
            process_event(event.pk, now=at)
            invitation = Invitation.objects.filter(event=event).select_related("version__survey").first()
            if invitation:
                self._send(invitation)
                if comment:
                    delay = timedelta(hours=min(160.0, self.random.lognormvariate(1.6, 1.2)))
                    self.at(invitation.due_at + delay, self._answer(invitation, comment))

        return step

    def _said(self, slug: str) -> dict[str, object]:
        """What the sending system knows of the visit besides who and when; drawn apart, so that nothing else moves."""
        if slug == "renewal":
            return {"amount": round(self.chance.lognormvariate(7.2, 0.5), 2)}
        if slug != "advice-line":
            return {}
        return {
            "first_contact": "yes" if self.chance.random() < SHARE_AT_ONCE else "no",
            "seconds_waited": round(self.chance.lognormvariate(8.5, 0.8)),
            "seconds_in_line": round(self.chance.lognormvariate(2.4, 0.7)),
            "seconds_handled": round(self.chance.lognormvariate(5.6, 0.5)),
        }

    def _send(self, invitation: Invitation) -> None:
        """The past's mail is not written again: its delivery is marked as what it would have become."""
        if invitation.due_at < self.now:
            Delivery.objects.filter(invitation=invitation).update(
                status=Delivery.Status.SENT, sent_at=invitation.due_at, attempts=1, updated_at=invitation.due_at
            )

    def _answer(self, invitation: Invitation, comment: Comment):
        def step(at: datetime) -> None:
            answers = self._answers(invitation.version.survey.slug, comment)
            began = at - timedelta(seconds=self.random.randint(15, 90))
            response = submit_response(invitation, answers, now=at, started_at=began)
            scored_at = at + timedelta(seconds=2)
            score_response(response.pk, now=scored_at)
            triage = triage_response(response.pk, now=scored_at)
            if triage and triage.case_id:
                place_case(triage.case_id, now=scored_at)
                self._plan_work(triage.case_id, comment, scored_at)

        return step

    def _answers(self, survey: str, comment: Comment) -> dict[str, str]:
        if survey == "renewal":
            return {"nps": str(comment.score), "why": comment.text}
        answers = {"satisfaction": str(comment.score), "why": comment.text}
        if survey == "advice-line":
            ease = round(self.random.gauss(1 + 1.4 * (comment.score - 1), 1.0))
            answers["ease"] = str(min(7, max(1, ease)))
            answers["need_met"] = "yes" if self.chance.random() < NEED_MET[comment.score] else "no"
        return answers

    def _plan_work(self, case_id: int, comment: Comment, at: datetime) -> None:
        if at > self.now - BACKLOG and self.random.random() < SHARE_WAITING:
            return  # the newest cases still wait for whoever opens the inbox
        hours = self.random.lognormvariate(2.2, 0.9)
        step = self._contact(case_id, comment) if self.random.random() < SHARE_CONTACTED else self._give_up(case_id)
        self.at(self._office_hour_after(at, timedelta(hours=hours + 8)), step)

    def _give_up(self, case_id: int):
        def step(at: datetime) -> None:
            case = Case.objects.get(pk=case_id)
            if case.is_open and case.owner and case.opened_at < at:
                record_contact(case_id, channel="phone", reached=False, actor=case.owner, now=at)
                self.at(at + timedelta(days=4), lambda later: self._mark_unreachable(case_id, later))

        return step

    def _mark_unreachable(self, case_id: int, at: datetime) -> None:
        case = Case.objects.get(pk=case_id)
        if case.is_open:
            mark_unreachable(case_id, note="Called three times, nobody answered.", actor=case.owner, now=at)

    def _contact(self, case_id: int, comment: Comment):
        def step(at: datetime) -> None:
            case = Case.objects.get(pk=case_id)
            if not case.is_open or case.opened_at >= at:
                return
            actor = case.owner or self.random.choice(self.people)
            if case.owner is None:
                assign_case(case_id, owner=actor, actor=actor, now=at)
            channel, note = ("email", "Wrote a letter.") if asks_for_mail(case) else ("phone", "Called back.")
            record_contact(
                case_id, channel=channel, reached=True, note=note, minutes=self._minutes(2.3), actor=actor, now=at
            )
            hours = (
                self.random.uniform(2, 60) if self.random.random() < SHARE_RESOLVED else self.random.uniform(100, 250)
            )
            self.at(at + timedelta(hours=hours), self._resolve(case_id, comment))

        return step

    def _minutes(self, usual: float) -> int:
        return min(240, max(1, round(self.random.lognormvariate(usual, 0.6))))

    def _resolve(self, case_id: int, comment: Comment):
        def step(at: datetime) -> None:
            case = Case.objects.get(pk=case_id)
            if case.status not in (Case.Status.CONTACTED, Case.Status.IN_PROGRESS):
                return
            if case.status == Case.Status.CONTACTED:
                start_work(case_id, actor=case.owner, now=at)
            resolve_case(
                case_id,
                cause=cause_of(comment),
                action=self.random.choice(list(ActionTaken.objects.all()[:5])),
                **self._ending(),
                minutes=self._minutes(2.8),
                actor=case.owner,
                now=at + timedelta(minutes=20),
            )
            self._ask_whether_solved(case_id, comment, at + timedelta(minutes=21))

        return step

    def _ending(self) -> dict[str, object]:
        name, note = self.chance.choice(plan.ENDINGS)
        return {"outcome": Outcome.objects.get(name=name), "note": note}

    def _ask_whether_solved(self, case_id: int, comment: Comment, at: datetime) -> None:
        recovery: Recovery | None = offer_recovery(case_id, now=at)
        invitation = recovery and recovery.invitation
        if invitation:
            self._send(invitation)
            arm = arm_in_force(recovery.case)
            told, solved = plan.TOLD_AND_SOLVED.get(arm.kind if arm else "", plan.OTHERWISE_TOLD)
            if self.random.random() < told:
                self.at(
                    invitation.due_at + timedelta(hours=self.random.uniform(1, 60)),
                    self._tell(invitation, case_id, comment, solved),
                )

    def _tell(self, invitation: Invitation, case_id: int, comment: Comment, share: float):
        def step(at: datetime) -> None:
            solved = "yes" if self.random.random() < share else "no"
            response = submit_response(invitation, {"solved": solved}, now=at, started_at=at - timedelta(seconds=20))
            score_response(response.pk, now=at)
            triage_response(response.pk, now=at)
            if solved == "no":
                self.at(self._office_hour_after(at, timedelta(hours=20)), self._contact(case_id, comment))

        return step


def likelihood(comment: Comment) -> int:
    """Low scores come first more often, so that a small demo has cases too; ATTRIBUTION.md says so."""
    low = UNHAPPY_AT_MOST["nps"] if comment.touchpoint == "renewal" else LOW
    return max(plan.LIKELIHOOD.get(comment.touchpoint, 1), 3 if comment.score <= low else 1)


def asks_for_mail(case: Case) -> bool:
    """What the playbook asks staff to do, where it asks for anything."""
    arm = arm_in_force(case)
    return arm is not None and arm.kind == DeedKind.MAIL


def cause_of(comment: Comment) -> Cause:
    words, upper, lower = plan.CAUSES.get(comment.touchpoint, ((), *plan.OTHERWISE))
    if not any(word in comment.text.lower() for word in words):
        upper, lower = plan.OTHERWISE
    return Cause.objects.get(parent__name=upper, name=lower)


def backdate() -> None:
    """Rows say when they were written, which was a moment ago; the past they tell of says when they would have been."""
    Invitation.objects.update(created_at=Coalesce(Subquery(RECEIVED.filter(pk=OuterRef("event"))[:1]), F("due_at")))
    first_seen = RECEIVED.filter(customer=OuterRef("pk")).order_by("received_at")[:1]
    Customer.objects.update(created_at=Coalesce(Subquery(first_seen), F("created_at")))


def settle_old_notices(*, now: datetime) -> None:
    """What staff would have been told in the past is not mailed today."""
    Notice.objects.filter(status=Notice.Status.QUEUED, due_at__lt=now).update(
        status=Notice.Status.SENT, sent_at=now, attempts=1
    )
