"""Everything that happened between us and one customer, in one order, newest first."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.models import Answer
from loop.entries import Entry, entry_of_letter, entry_of_line
from loop.inbox import first_score, first_words
from loop.models import Case, CaseEvent, Message, Status
from surveys.models import Consent, Customer, Decision, Delivery

PAGE = 40
TOLD = (Status.RESOLVED, Status.CONFIRMED, Status.REOPENED, Status.UNREACHABLE, Status.DECLINED, Status.DUPLICATE)
Story = Iterator[Entry]


def timeline_of(customer: Customer, *, reader: AbstractBaseUser, before: datetime | None = None) -> list[Entry]:
    """PAGE entries older than `before`, and what happened at the very moment of the last one, so that none is skipped.

    Cases of other teams are there, but say nothing of their content.
    """
    entries = [entry for tell in STORIES for entry in tell(customer, reader, before)]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return [entry for entry in entries if entry.at >= entries[:PAGE][-1].at]


def _newest(rows: QuerySet, moment: str, before: datetime | None) -> QuerySet:
    older = rows.filter(**{f"{moment}__lt": before}) if before else rows
    return older.order_by(f"-{moment}")[:PAGE]


def _events(customer: Customer, reader: AbstractBaseUser, before: datetime | None) -> Story:
    for event in _newest(customer.events.select_related("touchpoint", "source"), "occurred_at", before):
        told = ", ".join(f"{name}: {value}" for name, value in event.attributes.items())
        yield Entry(event.occurred_at, "bolt", event.touchpoint.name, told, mark=event.source.name)


def _decisions(customer: Customer, reader: AbstractBaseUser, before: datetime | None) -> Story:
    decisions = Decision.objects.filter(event__customer=customer).select_related("rule")
    for decision in _newest(decisions, "decided_at", before):
        asked = decision.outcome == Decision.Outcome.ASK
        yield Entry(
            decision.decided_at,
            "check" if asked else "cross",
            _("Decided to ask") if asked else _("Decided not to ask"),
            decision.sentence,
            mark=decision.rule.name,
        )


def _invitations(customer: Customer, reader: AbstractBaseUser, before: datetime | None) -> Story:
    sent = Delivery.objects.filter(invitation__customer=customer).select_related("invitation__version__survey")
    for delivery in _newest(sent, "created_at", before):
        reminds = delivery.kind == Delivery.Kind.REMINDER
        survey = delivery.invitation.version.survey.name
        yield Entry(
            delivery.sent_at or delivery.created_at,
            "send",
            (_("Reminded of “%s”") if reminds else _("Invited to “%s”")) % survey,
            delivery.last_error,
            mark=f"{delivery.get_channel_display()}: {delivery.get_status_display()}",
            mark_tone=TONE_OF_DELIVERY.get(delivery.status, ""),
        )


def _responses(customer: Customer, reader: AbstractBaseUser, before: datetime | None) -> Story:
    answers = Prefetch("answers", Answer.objects.order_by("pk"))
    complete = customer.responses.complete().select_related("survey", "touchpoint").prefetch_related(answers)
    may_read = reader.has_perm("feedback.view_response")
    for response in _newest(complete, "submitted_at", before):
        given = list(response.answers.all())
        yield Entry(
            response.submitted_at,
            "quote",
            _("Answered “%s”") % response.survey.name,
            first_words(given),
            tone="info",
            score=first_score(given),
            mark=response.touchpoint.name if response.touchpoint else "",
            href=reverse("response", args=[response.pk]) if may_read else "",
        )


def _cases(customer: Customer, reader: AbstractBaseUser, before: datetime | None) -> Story:
    visible = set(Case.objects.visible_to(reader).filter(customer=customer).values_list("pk", flat=True))
    told = Q(kind=CaseEvent.Kind.OPENED) | Q(went_to__in=TOLD)
    lines = CaseEvent.objects.filter(told, case__customer=customer).select_related("case__team", "actor")
    for line in _newest(lines, "at", before):
        yield _case_line(line) if line.case_id in visible else _masked(line)


def _case_line(line: CaseEvent) -> Entry:
    return entry_of_line(line, {}, mark=line.case.code, href=line.case.get_absolute_url())


def _masked(line: CaseEvent) -> Entry:
    opened = line.kind == CaseEvent.Kind.OPENED
    title = _("A case of another team was opened") if opened else _("A case of another team moved on")
    return Entry(line.at, "lock", title, mark=line.case.team.name if line.case.team else "")


def _letters(customer: Customer, reader: AbstractBaseUser, before: datetime | None) -> Story:
    cases = Case.objects.visible_to(reader).filter(customer=customer)
    letters = Message.objects.filter(case__in=cases).select_related("author", "case")
    for letter in _newest(letters, "created_at", before):
        yield entry_of_letter(letter, href=letter.case.get_absolute_url())


def _consents(customer: Customer, reader: AbstractBaseUser, before: datetime | None) -> Story:
    for consent in _newest(customer.consents.all(), "recorded_at", before):
        granted = consent.status == Consent.Status.GRANTED
        title = _("Agreed to be asked by %s") if granted else _("Does not want to be asked by %s")
        yield Entry(
            consent.recorded_at,
            "done" if granted else "cross",
            title % consent.get_channel_display(),
            tone="" if granted else "warn",
            mark=consent.source,
        )


# Of two things at one moment the one that follows from the other stands above it.
STORIES: tuple[Callable[[Customer, AbstractBaseUser, datetime | None], Story], ...] = (
    _letters,
    _cases,
    _responses,
    _invitations,
    _decisions,
    _events,
    _consents,
)
TONE_OF_DELIVERY = {
    Delivery.Status.SENT: "good",
    Delivery.Status.FAILED: "bad",
    Delivery.Status.UNKNOWN: "warn",
    Delivery.Status.DROPPED: "warn",
}
