"""Everything that the page of one case shows, read in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

from feedback.analytics.answered import ShownAnswer, answers_of, with_answers
from feedback.models import Answer, Response
from loop.entries import Entry, entries_of
from loop.inbox import first_score
from loop.models import Case, Placement, Recovery, Status, Triage
from loop.services.ledger import Effort, effort_on
from loop.sla.face import Clock, clocks_of, next_clock
from surveys.models import CustomerAddress

OTHER_CASES_SHOWN = 5
AFFECTED_SHOWN = 10
NEXT_ACT = {
    Status.ASSIGNED: "contact",
    Status.REOPENED: "contact",
    Status.CONTACTED: "resolve",
    Status.IN_PROGRESS: "resolve",
}


@dataclass(frozen=True, slots=True)
class CaseFile:
    case: Case
    answers: Sequence[ShownAnswer]
    score: Answer | None
    clocks: Sequence[Clock]
    next_clock: Clock | None
    entries: Sequence[Entry]
    reason: str
    addresses: Sequence[CustomerAddress]
    other_cases: Sequence[Case]
    recovery: Recovery | None
    placement: Placement | None
    effort: Effort
    affected: Sequence[Case]
    affected_count: int

    @property
    def proposed(self) -> str:
        """The act that brings the case on from where it stands."""
        return NEXT_ACT.get(Status(self.case.status), "") if self.case.owner_id else ""


def with_file(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.select_related(
        "customer",
        "touchpoint__stage",
        "owner",
        "team",
        "rule",
        "cause__parent",
        "action",
        "outcome",
        "duplicate_of",
        "incident",
        "alert",
        "recovery",
        "placement__playbook",
        "placement__arm__reply",
        "placement__given_arm__reply",
    )


def file_of(case: Case, *, reader: AbstractBaseUser, now: datetime) -> CaseFile:
    """The case comes from `with_file`; of the customer's other cases only those that the reader may see."""
    answers = list(answers_of(with_answers(Response.objects).get(pk=case.response_id))) if case.response_id else []
    affected = case.affected.visible_to(reader).select_related("customer").order_by("-opened_at")
    triage = Triage.objects.filter(case=case).order_by("decided_at").first()
    return CaseFile(
        case=case,
        answers=answers,
        score=first_score(shown.answer for shown in answers),
        clocks=list(clocks_of(case, now=now)),
        next_clock=next_clock(case, now=now),
        entries=entries_of(case),
        reason=triage.reason if triage else "",
        addresses=list(case.customer.addresses.all()) if case.customer else [],
        other_cases=_others_of(case, reader),
        recovery=getattr(case, "recovery", None),
        placement=getattr(case, "placement", None),
        effort=effort_on(case),
        affected=affected[:AFFECTED_SHOWN],
        affected_count=affected.count(),
    )


def _others_of(case: Case, reader: AbstractBaseUser) -> Sequence[Case]:
    if case.customer is None:
        return []
    others = Case.objects.visible_to(reader).filter(customer=case.customer).exclude(pk=case.pk)
    return others.select_related("touchpoint").order_by("-opened_at")[:OTHER_CASES_SHOWN]
