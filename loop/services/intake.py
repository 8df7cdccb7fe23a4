"""From a scored response to a case, or to a written reason why there is none."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from feedback.models import Reading, Response
from feedback.services.setbacks import FRESH, GaveUp, attempting, count_attempt, count_attempts
from loop.hooks import notices_written
from loop.models import Case, CaseEvent, Notice, Severity, Triage, TriageCondition, TriageRule
from loop.rules.facts import SCORE_KINDS, Facts, facts_of, without_personal_data
from loop.rules.match import first_match
from loop.services.assignment import choose_owner
from loop.services.audience import caretakers
from loop.services.batch import Batch
from loop.services.cases import reopen_case
from loop.services.history import Line, changing
from loop.services.notices import write_notices
from loop.services.opening import put_case
from loop.services.praise import route_praise
from loop.services.recovery import pair_later_score, take_answer
from loop.services.seen import see, with_everything_seen
from surveys.models import Customer, Survey, Touchpoint

Status = Case.Status
NEIGHBOURS = 50  # looked at along with the one a task was sent for, so that a burst does not cost a transaction each
STALE_AFTER = timedelta(days=30)  # an imported answer of last year needs no call today
SAME_MATTER = timedelta(days=30)
ONE_WORSE = {Severity.LOW: Severity.NORMAL, Severity.NORMAL: Severity.HIGH, Severity.HIGH: Severity.CRITICAL}


def triage_response(response_id: int, *, now: datetime) -> Triage | None:
    """Decide about one scored response, once; an answer that was changed since is looked at again.

    A case stays as it is whatever the customer changes afterwards, and its history says so. None: the response is
    gone, not complete or set aside, or this attempt failed; then the sweep tries again.
    """
    if not count_attempt(response_id):
        return None
    try:
        with attempting([response_id], now=now):
            return next(iter(_triage([response_id], now=now)), None)
    except GaveUp:
        return None


def triage_backlog(*, now: datetime, limit: int = NEIGHBOURS) -> int:
    """Decide about up to `limit` responses that wait and that nobody else holds; return how many were looked at.

    Where one of them fails, each is tried by itself, so that it fails alone.
    """
    ids = count_attempts(Response.objects.untriaged(now).filter(attempts=0)[:limit])
    if not ids:
        return 0
    try:
        with attempting(ids, now=now):
            return len(_triage(ids, now=now))
    except GaveUp:
        return sum(triage_response(pk, now=now) is not None for pk in ids)


def _triage(ids: list[int], *, now: datetime) -> list[Triage]:
    locked = Response.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__any_of=ids, submitted_at__isnull=False
    )
    responses = list(with_everything_seen(locked).order_by("pk"))
    lock_customers(responses)
    batch, decided = Batch(responses), []
    standing = {triage.response_id: triage for triage in Triage.objects.filter(response__any_of=ids)}
    for response in responses:
        triage = standing.get(response.pk)
        if triage is None or _was_changed_since(response, triage):
            standing[response.pk] = _decide(response, triage or Triage(response=response), batch, now=now)
            decided.append(response.pk)
        elif triage.case_id and _was_edited_since(response, triage):
            _tell_of_the_edit(response, triage, now=now)
            decided.append(response.pk)
    batch.write()
    _file(standing, decided)
    return list(standing.values())


def _file(standing: dict[int, Triage], decided: list[int]) -> None:
    new = [standing[pk] for pk in decided if standing[pk].pk is None]
    for again in [standing[pk] for pk in decided if standing[pk].pk is not None]:
        again.save()
    Triage.objects.bulk_create(new)
    by_time = defaultdict(list)
    for pk, triage in standing.items():
        by_time[triage.decided_at].append(pk)
    for decided_at, ids in by_time.items():
        Response.objects.filter(pk__any_of=ids).update(triaged_at=decided_at, **FRESH)


def _was_changed_since(response: Response, triage: Triage) -> bool:
    return triage.case_id is None and _was_edited_since(response, triage)


def _was_edited_since(response: Response, triage: Triage) -> bool:
    return response.edited_at is not None and response.edited_at > triage.decided_at


def _tell_of_the_edit(response: Response, triage: Triage, *, now: datetime) -> None:
    """The answer behind a case is another one now: nobody works on without knowing."""
    said = summary_of(response, facts_of(see(response)))
    note = _("The customer changed the answer: %(summary)s.") % {"summary": said or "–"}
    with changing(triage.case_id, Line(CaseEvent.Kind.CHANGED, now, note=note)) as case:
        people = caretakers(case, now=now)
        write_notices(case, people, Notice.Kind.REPLIED, key=f"edited:{response.edited_at.isoformat()}", now=now)
        notices_written.announce(case.pk)
    triage.decided_at = now


def _decide(response: Response, triage: Triage, batch: Batch, *, now: datetime) -> Triage:
    facts = facts_of(see(response))
    triage.facts, triage.decided_at = without_personal_data(facts), now
    triage.reason = why_no_case(response, now=now)
    if response.survey.purpose == Survey.Purpose.RECOVERY:
        triage.case, triage.reason = take_answer(response, now=now)
    elif not triage.reason:
        matched = first_match(batch.plain_rules, facts)
        triage.rule = matched and batch.rules[matched.pk]
        triage.reason = because(triage.rule, facts)
        triage.case = triage.rule and case_for(response, triage.rule, facts, triage.reason, now=now, batch=batch)
        if response.customer_id in batch.waiting_for_a_score:
            pair_later_score(response, now=now)
    if Reading.Intent.PRAISE in (facts.get("intent") or ()) and triage.case is None:
        route_praise(response, now=now)
    triage.reason = triage.reason[:400]
    return triage


def why_no_case(response: Response, *, now: datetime) -> str:
    """Why no rule is even asked; empty when the rules decide."""
    if response.is_test:
        return _("A test answer opens no case.")
    if response.is_flagged:
        return _("The answer is flagged (%(flags)s), so nobody is sent after it.") % {
            "flags": ", ".join(response.flags)
        }
    if response.survey.purpose == Survey.Purpose.RESEARCH:
        return _("Research answers open no cases and are never used to contact anybody.")
    if response.submitted_at < now - STALE_AFTER:
        return _("The answer is older than %(days)d days.") % {"days": STALE_AFTER.days}
    return ""


def because(rule: TriageRule | None, facts: Facts) -> str:
    if rule is None:
        return _("No case rule fits this answer.")
    said = ", ".join(_said(condition, facts) for condition in rule.conditions.all())
    return _("Rule “%(rule)s”: %(conditions)s.") % {"rule": rule.name, "conditions": said}


def _said(condition: TriageCondition, facts: Facts) -> str:
    fact = without_personal_data(facts).get(condition.fact.strip())
    if fact is None:
        return str(condition)
    return f"{condition} ({', '.join(fact) if isinstance(fact, list) else fact})"


def lock_customers(responses: Iterable[Response]) -> None:
    """Two answers of one customer at once see each other's case."""
    ids = {response.customer_id for response in responses} - {None}
    if ids:
        list(Customer.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def case_for(response: Response, rule: TriageRule, facts: Facts, reason: str, *, now: datetime, batch: Batch) -> Case:
    """A customer who is let down again in the same place belongs to the case that is there, not to a second one.

    Call it with the customer locked.
    """
    earlier = same_matter(response, batch, now=now)
    if earlier is None:
        return open_case(response, rule, facts, reason=reason, now=now, batch=batch)
    if not earlier.is_open:
        return reopen_case(earlier.pk, note=_("The customer was let down again."), now=now)
    return join_case(earlier, response, now=now)


def join_case(earlier: Case, response: Response, *, now: datetime) -> Case:
    with changing(earlier.pk, Line(CaseEvent.Kind.CHANGED, now, note=_("The customer answered again."))) as case:
        case.wake(now)
        people = caretakers(case, now=now)
        write_notices(case, people, Notice.Kind.REPLIED, key=f"answered:{response.pk}", now=now)
        notices_written.announce(case.pk)
    return case


def same_matter(response: Response, batch: Batch, *, now: datetime) -> Case | None:
    if response.customer_id is None:
        return None
    if batch.has_case_of(response.customer_id):
        batch.write()
    cases = cases_in_play(now).filter(customer_id=response.customer_id, touchpoint_id=response.touchpoint_id)
    return cases.order_by("-opened_at", "-pk").first()


def cases_in_play(now: datetime) -> QuerySet[Case]:
    """Those that a further answer of the customer still belongs to."""
    recent = Case.objects.filter(Q(status__in=Case.OPEN) | Q(closed_at__gt=now - SAME_MATTER))
    return recent.exclude(status=Status.DUPLICATE)


def open_case(
    response: Response,
    rule: TriageRule,
    facts: Facts,
    *,
    reason: str,
    now: datetime,
    batch: Batch,
    actor: AbstractBaseUser | None = None,
) -> Case:
    """Put case, due times, first line of history and notices into the batch, which writes them."""
    touchpoint = response.touchpoint
    team = rule.team or (touchpoint and touchpoint.owner_team)
    choice = choose_owner(
        assignment=rule.assignment,
        person=rule.person,
        field=rule.field,
        skill=rule.skill,
        team=team,
        customer=response.customer,
        now=now,
        members_of=batch.members_of,
    )
    case = Case(
        response=response,
        customer=response.customer,
        touchpoint=touchpoint,
        rule=rule,
        sla_policy=rule.sla_policy or batch.policy,
        summary=summary_of(response, facts),
        severity=severity_of(rule, touchpoint),
        team=team,
        opened_at=now,
    )
    put_case(case, batch, choice, note=reason, actor=actor, now=now)
    return case


def severity_of(rule: TriageRule, touchpoint: Touchpoint | None) -> str:
    """A moment of truth gets the stricter clock."""
    if touchpoint is not None and touchpoint.is_moment_of_truth:
        return ONE_WORSE.get(rule.severity, rule.severity)
    return rule.severity


def summary_of(response: Response, facts: Facts) -> str:
    scores = ", ".join(f"{kind.upper()} {facts[kind]:g}" for kind in SCORE_KINDS if kind in facts)
    return " · ".join(part for part in (scores, str(response.touchpoint or "")) if part)[:200]
