"""A survey's life: begun, copied, published, rolled back, closed."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from surveys.definition.check import check
from surveys.definition.freeze import checksum, freeze
from surveys.definition.kinds import KINDS
from surveys.definition.problem import Problem
from surveys.definition.schema import DefinedChoice, DefinedQuestion, Definition, ShowIf, read_definition
from surveys.library.questionnaires import SURVEYS
from surveys.library.shapes import QuestionPlan, SurveyPlan
from surveys.library.shelf import take
from surveys.models import Channel, Invitation, Survey, SurveyVersion
from surveys.models.survey import default_privacy_notice
from surveys.services.addresses import BadAddress, is_suppressed, normalise_address
from surveys.services.drafts import SETTINGS, write_draft
from surveys.services.invitations import issue_invitation
from surveys.services.naming import free_slug
from surveys.triggers.occasion import Way


class NotReady(Exception):
    """The draft has problems that forbid publishing it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems


@transaction.atomic
def publish_survey(survey_id: int, *, actor: AbstractBaseUser | None, now: datetime, note: str = "") -> SurveyVersion:
    """Freeze the draft as the next version and make it live. Raises NotReady.

    A draft that asks what is live already changes nothing and gives back the live version.
    """
    survey = Survey.objects.with_draft().select_for_update(of=("self",)).get(pk=survey_id)
    definition = freeze(survey)
    problems = [problem for problem in check(read_definition(definition)) if problem.is_error]
    if problems:
        raise NotReady(problems)
    return _go_live(survey, definition, actor=actor, now=now, note=note)


@transaction.atomic
def roll_back(version_id: int, *, actor: AbstractBaseUser | None, now: datetime) -> SurveyVersion:
    """Publish an old version's definition as a new version. The draft stays as it is."""
    old = SurveyVersion.objects.get(pk=version_id)
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=old.survey_id)
    note = _("As in version %(number)s") % {"number": old.number}
    return _go_live(survey, old.definition, actor=actor, now=now, note=note)


def _go_live(
    survey: Survey, definition: dict[str, Any], *, actor: AbstractBaseUser | None, now: datetime, note: str
) -> SurveyVersion:
    digest = checksum(definition)
    if survey.live_version and survey.live_version.checksum == digest:
        return survey.live_version
    last = survey.versions.order_by("-number").values_list("number", flat=True).first() or 0
    survey.live_version = survey.versions.create(
        number=last + 1, definition=definition, checksum=digest, published_at=now, published_by=actor, note=note
    )
    survey.save(update_fields=["live_version", "updated_at"])
    return survey.live_version


@transaction.atomic
def restore_draft(version_id: int) -> Survey:
    """Put what a version asks back into the draft; whatever the draft said is gone."""
    version = SurveyVersion.objects.get(pk=version_id)
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=version.survey_id)
    write_draft(survey, read_definition(version.definition))
    return survey


def send_test(version: SurveyVersion, address: str, *, now: datetime) -> Invitation:
    """Write to somebody of our own as to a customer, by mail or, to a number, by SMS; the answer counts nowhere.

    Raises BadAddress.
    """
    channel = Channel.EMAIL if "@" in address else Channel.SMS
    address = normalise_address(channel, address)
    if channel == Channel.SMS and not settings.SMS_GATEWAY_URL:
        raise BadAddress(_("No text messages leave from here: SMS_GATEWAY_URL is not set."))
    if is_suppressed(channel, address):
        raise BadAddress(_("This address has opted out; nothing is sent there, not even a test."))
    return issue_invitation(version, Way(channel, address), due_at=now, is_test=True)


def close_survey(survey_id: int, *, now: datetime) -> None:
    """Links answer with a friendly page from now on; nobody new is asked."""
    Survey.objects.filter(pk=survey_id, closed_at__isnull=True).update(closed_at=now, updated_at=now)


def reopen_survey(survey_id: int, *, now: datetime) -> None:
    Survey.objects.filter(pk=survey_id).update(closed_at=None, updated_at=now)


@transaction.atomic
def duplicate_survey(survey_id: int) -> Survey:
    """A draft of its own that asks the same under the same keys; nothing of it is published."""
    original = Survey.objects.with_draft().get(pk=survey_id)
    name = (_("%(name)s (copy)") % {"name": original.name})[:120]
    kept = {field: getattr(original, field) for field in SETTINGS if field not in {"name", "slug"}}
    copy = Survey.objects.create(name=name, slug=free_slug(Survey, name), title=original.title, **kept)
    write_draft(copy, read_definition(freeze(original)))
    return copy


@transaction.atomic
def create_from_template(template_key: str, *, locale: str) -> Survey:
    """Raises NoSuchTemplate."""
    plan = take(SURVEYS, template_key)
    with translation.override(locale):
        name = str(plan.name)
        survey = Survey.objects.create(
            name=name, slug=free_slug(Survey, name), purpose=plan.purpose, title=str(plan.title), locale=locale
        )
        write_draft(survey, planned(plan, locale))
    return survey


def planned(plan: SurveyPlan, locale: str) -> Definition:
    """The template as a definition, in the language that is active."""
    return Definition(
        survey=plan.key,
        title=str(plan.title),
        locale=locale,
        introduction=str(plan.introduction),
        thanks_title=str(plan.thanks_title),
        thanks_text=str(plan.thanks_text),
        privacy_notice=default_privacy_notice(),
        questions=tuple(_planned_question(question) for question in plan.questions),
    )


def _planned_question(plan: QuestionPlan) -> DefinedQuestion:
    kind = KINDS[plan.kind]
    return DefinedQuestion(
        key=plan.key,
        kind=plan.kind,
        text=str(plan.text),
        help_text=str(plan.help_text),
        low_label=str(plan.low_label),
        high_label=str(plan.high_label),
        minimum=kind.minimum,
        maximum=kind.maximum,
        polarity=kind.polarity,
        is_required=plan.is_required,
        page=plan.page,
        choices=tuple(DefinedChoice(key, str(text)) for key, text in plan.choices or kind.choices),
        show_if=ShowIf(*plan.show_if) if plan.show_if else None,
    )
