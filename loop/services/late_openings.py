"""A new case rule looks at new answers. When somebody asks, it opens cases for older ones too: those shown before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.models import Response
from loop.hooks import late_opening_asked
from loop.models import Case, LateOpening, Triage, TriageRule
from loop.rules.facts import facts_of
from loop.services.batch import Batch
from loop.services.history import NotAllowed
from loop.services.intake import (
    STALE_AFTER,
    because,
    cases_in_play,
    join_case,
    lock_customers,
    open_case,
    same_matter,
    why_no_case,
)
from loop.services.rehearsal import history, in_order, spoken_for
from loop.services.seen import active_rules, see, with_everything_seen

AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Outlook:
    """What looking back would do now: `cases` new ones for `answers`, of which `joining` go to a case that is open.

    `resting` answers stay without a case, because the case of their matter was closed a short time ago.
    """

    answers: Sequence[int]
    cases: int
    joining: int
    resting: int

    @property
    def seal(self) -> str:
        """Differs as soon as other answers would get a case than those that were shown."""
        return sha256(",".join(map(str, self.answers)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Done:
    opened: int = 0
    joined: int = 0


def look_back(rule_id: int, *, days: int = STALE_AFTER.days, now: datetime) -> Outlook:
    """For an active rule; what is older than STALE_AFTER stays at rest, and so does what is closed."""
    rule = active_rules()[rule_id]
    start = now - min(timedelta(days=days), STALE_AFTER)
    waiting = history(start=start, end=now).filter(triage__case__isnull=True)
    responses = [r for r, speaker in spoken_for(waiting, in_order(rule)) if speaker and speaker.pk == rule.pk]
    standing = _standing(responses, now=now)
    kept = [r for r in responses if (earlier := standing.get(_matter(r))) is None or earlier.is_open]
    cases = len({_matter(r) for r in kept if _matter(r) not in standing})
    return Outlook([r.pk for r in kept], cases=cases, joining=len(kept) - cases, resting=len(responses) - len(kept))


def _matter(response: Response) -> tuple[int | None, int | None]:
    """Whoever is not known makes a matter of every answer."""
    return (response.customer_id, response.touchpoint_id) if response.customer_id else (None, response.pk)


def _standing(responses: Sequence[Response], *, now: datetime) -> dict[tuple[int | None, int | None], Case]:
    """The case of each matter that has one, in one query."""
    customers = {response.customer_id for response in responses} - {None}
    cases = cases_in_play(now).filter(customer__in=customers).order_by("opened_at", "pk")
    return {(case.customer_id, case.touchpoint_id): case for case in cases}


@transaction.atomic
def ask_late_opening(rule_id: int, *, seal: str, actor: AbstractBaseUser, now: datetime) -> LateOpening:
    """Raises NotAllowed with the reason in words; then nothing was asked."""
    rule = TriageRule.objects.select_for_update().get(pk=rule_id)
    if not rule.is_active:
        raise NotAllowed(_("Switch the rule on first: a rule that is off opens nothing."))
    if rule.late_openings.filter(finished_at__isnull=True).exists():
        raise NotAllowed(_("The rule is looking back already."))
    outlook = look_back(rule_id, now=now)
    if not outlook.answers or outlook.seal != seal:
        raise NotAllowed(_("Other answers would get a case now than those that were shown. Look again."))
    run = LateOpening.objects.create(rule=rule, asked_by=actor, asked_at=now, answers=outlook.answers)
    late_opening_asked.announce(run.pk)
    return run


@transaction.atomic
def continue_late_opening(run_id: int, *, now: datetime) -> bool:
    """Look at the next AT_ONCE answers; True while there are more. Cases and progress are written together.

    Switching the rule off ends it.
    """
    unfinished = LateOpening.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    run = unfinished.select_related("asked_by").filter(pk=run_id, finished_at__isnull=True).first()
    if run is None:
        return False
    rule = active_rules().get(run.rule_id)
    part = run.answers[run.looked_at : run.looked_at + AT_ONCE] if rule else []
    done = _open_late(part, rule, actor=run.asked_by, now=now)
    run.looked_at += len(part)
    run.opened += done.opened
    run.joined += done.joined
    if rule is None or run.looked_at >= len(run.answers):
        run.finished_at = now
    run.save(update_fields=["looked_at", "opened", "joined", "finished_at"])
    return run.finished_at is None


def apply_to_history(rule_id: int, *, days: int, now: datetime) -> int:
    """The same at once and without a page; return how many answers got a case.

    Every few answers are a transaction, so a long run that is broken off has lost nothing.
    """
    rule, answers = active_rules()[rule_id], look_back(rule_id, days=days, now=now).answers
    parts = [answers[start : start + AT_ONCE] for start in range(0, len(answers), AT_ONCE)]
    done = [_open_late(part, rule, actor=None, now=now) for part in parts]
    return sum(each.opened + each.joined for each in done)


@transaction.atomic
def _open_late(answers: Iterable[int], rule: TriageRule, *, actor: AbstractBaseUser | None, now: datetime) -> Done:
    locked = Response.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=answers)
    responses = list(with_everything_seen(locked).order_by("pk"))
    lock_customers(responses)
    decided = {triage.response_id: triage for triage in Triage.objects.filter(response__in=responses)}
    opened = joined = 0
    for response in sorted(responses, key=lambda each: each.submitted_at):
        triage = decided.get(response.pk) or Triage(response=response)
        if triage.case_id is None and not why_no_case(response, now=now):
            case = _case_of(response, triage, rule, actor=actor, now=now)
            opened += case is not None and case.response_id == response.pk
            joined += case is not None and case.response_id != response.pk
    return Done(opened, joined)


def _case_of(
    response: Response, triage: Triage, rule: TriageRule, *, actor: AbstractBaseUser | None, now: datetime
) -> Case | None:
    """None where the case of the matter is closed: what is over is not begun again for an old answer."""
    batch, facts = Batch([response]), facts_of(see(response))
    earlier = same_matter(response, batch, now=now)
    if earlier is not None and not earlier.is_open:
        return None
    reason = _("Looked at again: %(reason)s") % {"reason": because(rule, facts)}
    if earlier is not None:
        case = join_case(earlier, response, now=now)
    else:
        case = open_case(response, rule, facts, reason=reason, actor=actor, now=now, batch=batch)
        batch.write()
    triage.rule, triage.case, triage.decided_at, triage.reason = rule, case, now, reason[:400]
    triage.save()
    Response.objects.filter(pk=response.pk).update(triaged_at=now)
    return case
