"""Rows that tests about cases start from: people in a team, an unhappy answer, the case it opened."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission

from feedback.models import Answer, Reading, Response
from loop.models import ActionTaken, Case, Cause, Outcome, StaffProfile
from loop.services.defaults import ensure_loop_defaults
from loop.services.intake import triage_response
from surveys.models import Customer, Survey, Team, Touchpoint
from surveys.tests import rows

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday; office hours are 09-17 UTC
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def person(name: str = "ben", team: Team | None = None, **profile):
    user = get_user_model().objects.create_user(name, f"{name}@example.com")
    if profile:
        StaffProfile.objects.create(user=user, **profile)
    if team is not None:
        team.members.add(user)
    return user


def manager(name: str = "mia"):
    group, _ = Group.objects.get_or_create(name="manager")
    group.permissions.add(Permission.objects.get(codename="view_all_cases"))
    user = person(name)
    user.groups.add(group)
    return user


def team(name: str = "Care", lead=None) -> Team:
    return Team.objects.create(name=name, slug=name.lower(), lead=lead)


def touchpoint(slug: str = "delivery", **fields) -> Touchpoint:
    return Touchpoint.objects.filter(slug=slug).first() or rows.touchpoint(slug, **fields)


def survey(slug: str = "delivery-nps", **fields) -> Survey:
    return Survey.objects.filter(slug=slug).first() or rows.survey(slug, **fields)


def customer(number: str = "C-1", **fields) -> Customer:
    email = fields.pop("email", f"{number.lower()}@example.org")
    return Customer.objects.filter(external_id=number).first() or rows.customer(number, email=email, **fields)


def response(
    *,
    nps: int | None = 5,
    comment: str = "",
    compound: float | None = None,
    at: datetime = NOON,
    who: Customer | None = None,
    where: Touchpoint | None = None,
    asked: Survey | None = None,
    kind: str = "nps",
    **fields,
) -> Response:
    """A complete, scored answer. A comment without a compound is one that no engine could read."""
    asked = asked or survey()
    fields = {"scored_at": at, "submitted_at": at, "started_at": at} | fields
    row = Response.objects.create(survey=asked, version=asked.live_version, customer=who, touchpoint=where, **fields)
    if nps is not None:
        Answer.objects.create(response=row, question_key=kind, kind=kind, number=nps)
    if comment:
        answer = Answer.objects.create(response=row, question_key="why", kind="text", text=comment)
        label = "" if compound is None else "negative" if compound < 0 else "positive"
        status = "not_scored" if compound is None else "scored"
        Reading.objects.create(
            answer=answer, engine="test", engine_version="1", status=status, compound=compound, label=label
        )
    return row


def case(*, now: datetime = NOON, owner=None, **fields) -> Case:
    """A case as triage opens it, from the default rules."""
    ensure_loop_defaults(now=now)
    fields = {"who": customer(), "where": touchpoint()} | fields
    opened = triage_response(response(at=now, **fields).pk, now=now).case
    if owner is not None:
        Case.objects.filter(pk=opened.pk).update(owner=owner, status=Case.Status.ASSIGNED)
        opened.refresh_from_db()
    return opened


def leaf() -> Cause:
    return Cause.objects.filter(parent__isnull=False).first()


def resolution() -> dict:
    chosen = {"cause": leaf(), "action": ActionTaken.objects.first(), "outcome": Outcome.objects.first()}
    return chosen | {"note": "Sent a new one."}


def posted_resolution() -> dict:
    """The same as a browser sends it."""
    return {name: getattr(value, "pk", value) for name, value in resolution().items()}
