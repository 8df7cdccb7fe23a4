"""Rows of a response as the plain data that triage rules look at."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from feedback.models import Answer, Correction, Reading, Response
from loop.models import TriageRule
from loop.rules.facts import AnswerSeen, CustomerSeen, ReadingSeen, ResponseSeen
from loop.rules.match import Condition, Rule


def with_everything_seen(responses: QuerySet[Response]) -> QuerySet[Response]:
    current = Reading.objects.filter(is_current=True)
    answers = Answer.objects.prefetch_related(
        Prefetch("readings", current, to_attr="current_readings"),
        Prefetch("corrections", Correction.objects.in_force(), to_attr="newest_corrections"),
    )
    return responses.select_related(
        "survey", "touchpoint__stage", "touchpoint__owner_team", "customer"
    ).prefetch_related(Prefetch("answers", answers))


def see(response: Response) -> ResponseSeen:
    """`response` must come from `with_everything_seen`."""
    touchpoint, answers = response.touchpoint, list(response.answers.all())
    return ResponseSeen(
        survey=response.survey.slug,
        purpose=response.survey.purpose,
        touchpoint=touchpoint.slug if touchpoint else "",
        stage=touchpoint.stage.slug if touchpoint else "",
        is_moment_of_truth=bool(touchpoint and touchpoint.is_moment_of_truth),
        channel=response.channel,
        locale=response.locale,
        flags=tuple(response.flags),
        answers=tuple(see_answer(answer) for answer in answers),
        readings=tuple(_readings(answers)),
        customer=_customer(response),
    )


def active_rules() -> dict[int, TriageRule]:
    """By primary key, in the order in which they are asked."""
    rules = TriageRule.objects.filter(is_active=True).select_related(
        "survey", "touchpoint", "team", "sla_policy__calendar"
    )
    return {rule.pk: rule for rule in rules.prefetch_related("conditions").order_by("position", "pk")}


def plain(rule: TriageRule) -> Rule:
    return Rule(
        pk=rule.pk,
        name=rule.name,
        conditions=tuple(Condition(c.fact.strip(), c.operator, c.value) for c in rule.conditions.all()),
        survey=rule.survey.slug if rule.survey else "",
        touchpoint=rule.touchpoint.slug if rule.touchpoint else "",
    )


def see_answer(answer: Answer) -> AnswerSeen:
    chosen = answer.choices or ()
    return AnswerSeen(
        question_key=answer.question_key,
        kind=answer.kind,
        number=answer.number,
        text=answer.text or "",
        choices=tuple(chosen) if isinstance(chosen, list | tuple) else (str(chosen),),
    )


def _readings(answers: Iterable[Answer]) -> Iterable[ReadingSeen]:
    """What a person says a comment means counts more than what the engine read."""
    for answer in answers:
        for reading in answer.current_readings:
            corrected = answer.newest_corrections[0].label if answer.newest_corrections else ""
            yield ReadingSeen(
                compound=reading.compound,
                label=corrected or reading.label,
                language=reading.language,
                intent=reading.intent,
                is_scored=reading.status == Reading.Status.SCORED,
            )


def _customer(response: Response) -> CustomerSeen | None:
    customer = response.customer
    return customer and CustomerSeen(customer.locale, customer.annual_value, customer.attributes)
