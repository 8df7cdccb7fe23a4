"""Did it help? The customer says so after a case, and later scores show it. Nobody of the staff can."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.models import Answer, Response
from loop.hooks import notices_written
from loop.models import Case, CaseEvent, Notice, Recovery
from loop.rules.facts import HAPPY_AT_LEAST, SCORE_KINDS, lowest_scores
from loop.services.audience import caretakers
from loop.services.cases import confirm_case, reopen_case
from loop.services.history import lock_case
from loop.services.notices import write_notices
from loop.services.seen import see_answer
from surveys.models import Invitation, Survey
from surveys.services.invitations import NotInvited, invite_directly, withdraw_invitation

Status = Case.Status
SOLVED_KEY = "solved"
PAIRED_WITHIN = timedelta(days=180)
MAY_BE_TAKEN_BACK = timedelta(minutes=1)  # a click by mistake asks no customer


@transaction.atomic
def offer_recovery(case_id: int, *, now: datetime) -> Recovery | None:
    """Ask the customer once per resolution whether it is solved; why not, where we do not ask, is kept.

    None when the case calls for no question: it is not resolved.
    """
    case = lock_case(case_id)
    if case.status != Status.RESOLVED:
        return None
    recovery, _created = Recovery.objects.get_or_create(case=case)  # the case is locked, so nobody else makes one
    if recovery.resolution_at == case.resolved_at:
        return recovery
    _begin_round(recovery, case, now=now)
    recovery.invitation, recovery.not_asked_reason = _ask(case, now=now)
    recovery.asked_at = now if recovery.invitation else None
    recovery.save()
    case.history.create(
        kind=CaseEvent.Kind.RECOVERY,
        at=now,
        note=recovery.not_asked_reason or _("Did we solve it?"),
        version=case.version,
    )
    return recovery


def _begin_round(recovery: Recovery, case: Case, *, now: datetime) -> None:
    if recovery.invitation_id is not None:
        withdraw_invitation(recovery.invitation_id, reason=_("The case was solved anew."), now=now)
    recovery.round += 1
    recovery.resolution_at = case.resolved_at
    recovery.invitation = recovery.asked_at = recovery.answered_at = recovery.solved = None
    recovery.not_asked_reason = ""
    if case.response_id and not recovery.metric:
        recovery.metric, recovery.first_number = first_score(case.response_id)


def _ask(case: Case, *, now: datetime) -> tuple[Invitation | None, str]:
    """The invitation, or the reason why there is none."""
    survey = recovery_survey(case)
    if case.customer is None:
        return None, _("Nobody knows who the customer is.")
    if survey is None:
        return None, _("No survey with the purpose “after a case” is published.")
    try:
        due_at = case.resolved_at + MAY_BE_TAKEN_BACK
        return invite_directly(survey, case.customer, touchpoint=case.touchpoint, due_at=due_at, now=now), ""
    except NotInvited as refusal:
        return None, str(refusal)[:200]


def recovery_survey(case: Case) -> Survey | None:
    """In the customer's language where there is one, else the first that is live."""
    live = list(Survey.objects.live().filter(purpose=Survey.Purpose.RECOVERY).order_by("pk"))
    language = (case.customer.locale if case.customer else "").lower()[:2]
    return next((survey for survey in live if language and survey.locale.lower()[:2] == language), None) or (
        live[0] if live else None
    )


def first_score(response_id: int) -> tuple[str, int | None]:
    """The scale and number that the case is about: the first kind of score the customer gave, at its lowest."""
    rows = Answer.objects.filter(response_id=response_id, kind__in=SCORE_KINDS, number__isnull=False)
    numbers = sorted(rows.values_list("kind", "number"), key=lambda row: (SCORE_KINDS.index(row[0]), row[1]))
    return numbers[0] if numbers else ("", None)


def take_answer(response: Response, *, now: datetime) -> tuple[Case | None, str]:
    """What the customer said about our answer moves the case: yes confirms, no reopens it.

    Returns the case and the reason that its triage keeps.
    """
    asked = Recovery.objects.filter(invitation_id=response.invitation_id or 0).first()
    if asked is None:
        return None, _("An answer after a case, but the case is not known.")
    case, recovery = _locked(asked.case_id)
    if response.is_test or response.is_flagged:
        return case, _doubtful_answer(case, response, now=now)
    solved = says_solved(response)
    recovery.answered_at, recovery.solved = response.submitted_at, solved
    recovery.save(update_fields=["answered_at", "solved", "updated_at"])
    if solved is None:
        return case, _("The customer did not say whether it is solved.")
    if solved:
        if case.status == Status.RESOLVED:
            confirm_case(case.pk, note=_("The customer says it is solved."), now=now)
        return case, _("The customer says it is solved.")
    if case.status in (Status.RESOLVED, Status.CONFIRMED):
        reopen_case(case.pk, note=_("The customer says it is not solved."), now=now)
    return case, _("The customer says it is not solved.")


@transaction.atomic
def take_word(case_id: int, *, solved: bool, now: datetime) -> Case:
    """The customer says on the page of the case whether it is solved. Said twice, it moves nothing more."""
    case = lock_case(case_id)
    movable = (Status.RESOLVED,) if solved else (Status.RESOLVED, Status.CONFIRMED)
    if case.status not in movable:
        return case
    recovery, _created = Recovery.objects.get_or_create(case=case)
    recovery.answered_at, recovery.solved = now, solved
    recovery.save(update_fields=["answered_at", "solved", "updated_at"])
    if solved:
        return confirm_case(case.pk, note=_("The customer says it is solved."), now=now)
    return reopen_case(case.pk, note=_("The customer says it is not solved."), now=now)


def _doubtful_answer(case: Case, response: Response, *, now: datetime) -> str:
    """A program may have answered in the customer's place: it moves nothing, and a person looks."""
    reason = _("The answer after the case is flagged (%(flags)s) and moved nothing; please ask the customer.")
    reason %= {"flags": ", ".join(response.flags) or _("test")}
    case.history.create(kind=CaseEvent.Kind.RECOVERY, at=now, note=reason, version=case.version)
    people = caretakers(case, now=now)
    write_notices(case, people, Notice.Kind.REPLIED, key=f"answered:{response.pk}", now=now)
    notices_written.announce(case.pk)
    return reason


def says_solved(response: Response) -> bool | None:
    answers = [answer for answer in response.answers.all() if answer.kind == "yes_no"]
    answers.sort(key=lambda answer: answer.question_key != SOLVED_KEY)
    return (answers[0].choices == ["yes"]) if answers else None


def with_unpaired_scores(customer_ids: Iterable[int]) -> set[int]:
    """Which of these customers have a case that still waits for a later score."""
    waiting = Recovery.objects.filter(
        case__customer_id__in=customer_ids, later_number__isnull=True, first_number__isnull=False
    )
    return set(waiting.values_list("case__customer_id", flat=True))


def pair_later_score(response: Response, *, now: datetime) -> int:
    """Put this score beside the one that opened the customer's cases; return how many cases got their second score.

    A happy score confirms a resolved case that the customer never answered about.
    """
    if response.customer_id is None or response.is_test or response.is_flagged:
        return 0
    waiting = Recovery.objects.filter(
        case__customer_id=response.customer_id,
        resolution_at__lt=response.submitted_at,
        resolution_at__gt=response.submitted_at - PAIRED_WITHIN,
        later_number__isnull=True,
        first_number__isnull=False,
    )
    scores = lowest_scores(map(see_answer, response.answers.all()))
    cases = waiting.filter(metric__in=scores).order_by("case_id").values_list("case_id", flat=True)
    return sum(_pair(case_id, response, scores, now=now) for case_id in list(cases))


def _pair(case_id: int, response: Response, scores: Mapping[str, float], *, now: datetime) -> bool:
    case, recovery = _locked(case_id)
    if recovery.later_number is not None:
        return False
    recovery.later_number, recovery.later_response = int(scores[recovery.metric]), response
    recovery.save(update_fields=["later_number", "later_response", "updated_at"])
    if case.status == Status.RESOLVED and recovery.later_number >= HAPPY_AT_LEAST[recovery.metric]:
        numbers = {"later": recovery.later_number, "first": recovery.first_number}
        confirm_case(case_id, note=_("The customer's next score is %(later)s, after %(first)s.") % numbers, now=now)
    return True


def _locked(case_id: int) -> tuple[Case, Recovery]:
    """The case first, as everywhere: two that lock in different orders wait for each other."""
    return lock_case(case_id), Recovery.objects.select_for_update(no_key=True).get(case_id=case_id)
