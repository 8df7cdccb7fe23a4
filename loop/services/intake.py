"""From a scored response to a case, or to a written reason why there is none."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from feedback.models import Response
from feedback.services.setbacks import FRESH, GaveUp, attempting, count_attempt
from loop.hooks import case_opened, notices_written
from loop.models import Case, CaseEvent, Notice, Severity, Triage, TriageCondition, TriageRule
from loop.rules.facts import SCORE_KINDS, Facts, facts_of, without_personal_data
from loop.rules.match import first_match
from loop.services.assignment import choose_owner
from loop.services.audience import caretakers
from loop.services.cases import reopen_case
from loop.services.clocks import DUE_FIELDS, default_policy, set_due_times, set_next_times
from loop.services.history import Line, changing, shown
from loop.services.notices import write_notices
from loop.services.recovery import pair_later_score, take_answer
from loop.services.seen import active_rules, plain, see, with_everything_seen
from surveys.models import Customer, Survey, Touchpoint

Status = Case.Status
STALE_AFTER = timedelta(days=30)  # an imported answer of last year needs no call today
SAME_MATTER = timedelta(days=30)
ONE_WORSE = {Severity.LOW: Severity.NORMAL, Severity.NORMAL: Severity.HIGH, Severity.HIGH: Severity.CRITICAL}


def triage_response(response_id: int, *, now: datetime) -> Triage | None:
    """Decide about one scored response, once; an answer that was changed since is looked at again.

    A case that is open stays open whatever the customer changes afterwards. None: the response is gone, not complete or
    set aside, or this attempt failed; then the sweep tries again.
    """
    if not count_attempt(response_id):
        return None
    try:
        with attempting([response_id], now=now):
            return _triage(response_id, now=now)
    except GaveUp:
        return None


def _triage(response_id: int, *, now: datetime) -> Triage | None:
    locked = Response.objects.select_for_update(of=("self",), no_key=True).filter(
        pk=response_id, submitted_at__isnull=False
    )
    response = with_everything_seen(locked).first()
    if response is None:
        return None
    triage = Triage.objects.filter(response=response).first()
    if triage is None or _was_changed_since(response, triage):
        triage = _decide(response, triage or Triage(response=response), now=now)
    Response.objects.filter(pk=response.pk).update(triaged_at=triage.decided_at, **FRESH)
    return triage


def _was_changed_since(response: Response, triage: Triage) -> bool:
    return triage.case_id is None and response.edited_at is not None and response.edited_at > triage.decided_at


def _decide(response: Response, triage: Triage, *, now: datetime) -> Triage:
    facts = facts_of(see(response))
    triage.facts, triage.decided_at = without_personal_data(facts), now
    triage.reason = why_no_case(response, now=now)
    if response.survey.purpose == Survey.Purpose.RECOVERY:
        triage.case, triage.reason = take_answer(response, now=now)
    elif not triage.reason:
        rules = active_rules()
        matched = first_match(map(plain, rules.values()), facts)
        triage.rule = matched and rules[matched.pk]
        triage.reason = because(triage.rule, facts)
        triage.case = triage.rule and case_for(response, triage.rule, facts, triage.reason, now=now)
        pair_later_score(response, now=now)
    triage.reason = triage.reason[:400]
    triage.save()
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


def case_for(response: Response, rule: TriageRule, facts: Facts, reason: str, *, now: datetime) -> Case:
    """A customer who is let down again in the same place belongs to the case that is there, not to a second one."""
    earlier = _same_matter(response, now=now)
    if earlier is None:
        return open_case(response, rule, facts, reason=reason, now=now)
    if not earlier.is_open:
        return reopen_case(earlier.pk, note=_("The customer was let down again."), now=now)
    with changing(earlier.pk, Line(CaseEvent.Kind.CHANGED, now, note=_("The customer answered again."))) as case:
        people = caretakers(case, now=now)
        write_notices(case, people, Notice.Kind.REPLIED, key=f"answered:{response.pk}", now=now)
        notices_written.announce(case.pk)
    return case


def _same_matter(response: Response, *, now: datetime) -> Case | None:
    if response.customer_id is None:
        return None
    Customer.objects.select_for_update(no_key=True).get(
        pk=response.customer_id
    )  # two answers at once see each other's case
    cases = Case.objects.filter(customer_id=response.customer_id, touchpoint_id=response.touchpoint_id)
    recent = cases.filter(Q(status__in=Case.OPEN) | Q(closed_at__gt=now - SAME_MATTER))
    return recent.exclude(status=Status.DUPLICATE).order_by("-opened_at", "-pk").first()


def open_case(response: Response, rule: TriageRule, facts: Facts, *, reason: str, now: datetime) -> Case:
    """Write case, due times, first line of history and notices; call it inside a transaction."""
    touchpoint = response.touchpoint
    team = rule.team or (touchpoint and touchpoint.owner_team)
    choice = choose_owner(
        assignment=rule.assignment, person=rule.person, team=team, customer=response.customer, now=now
    )
    case = Case(
        response=response,
        customer=response.customer,
        touchpoint=touchpoint,
        rule=rule,
        sla_policy=rule.sla_policy or default_policy(),
        summary=summary_of(response, facts),
        severity=severity_of(rule, touchpoint),
        status=Status.ASSIGNED if choice.owner else Status.NEW,
        team=team,
        owner=choice.owner,
        opened_at=now,
    )
    set_due_times(case)
    set_next_times(case)
    case.save(force_insert=True)
    case.history.create(
        kind=CaseEvent.Kind.OPENED,
        at=now,
        went_to=case.status,
        note=f"{reason} {choice.reason}",
        changes={name: ["", shown(getattr(case, name))] for name in ("severity", "team", "owner", *DUE_FIELDS)},
        version=case.version,
    )
    write_notices(case, caretakers(case, now=now), Notice.Kind.OPENED, key="opened", now=now)
    case_opened.announce(case.pk)
    return case


def severity_of(rule: TriageRule, touchpoint: Touchpoint | None) -> str:
    """A moment of truth gets the stricter clock."""
    if touchpoint is not None and touchpoint.is_moment_of_truth:
        return ONE_WORSE.get(rule.severity, rule.severity)
    return rule.severity


def summary_of(response: Response, facts: Facts) -> str:
    scores = ", ".join(f"{kind.upper()} {facts[kind]:g}" for kind in SCORE_KINDS if kind in facts)
    return " · ".join(part for part in (scores, str(response.touchpoint or "")) if part)[:200]
