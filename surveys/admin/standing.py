"""Where a survey stands: what is live, since when, and how the draft differs from it."""

from dataclasses import dataclass, field
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.definition.check_wording import estimated_seconds, points
from surveys.definition.diff import Change, compare
from surveys.definition.freeze import checksum, freeze
from surveys.definition.problem import Problem
from surveys.definition.schema import Definition, read_definition
from surveys.models import CollectionLink, Survey, SurveyVersion, TriggerRule
from surveys.services.checks import problems_of


@dataclass
class Standing:
    survey: Survey
    frozen: dict = field(repr=False)

    @property
    def live(self) -> SurveyVersion | None:
        return self.survey.live_version

    @cached_property
    def definition(self) -> Definition:
        return read_definition(self.frozen)

    @cached_property
    def is_changed(self) -> bool:
        return self.live is not None and self.live.checksum != checksum(self.frozen)

    @property
    def code(self) -> str:
        if self.survey.closed_at:
            return "closed"
        if self.live is None:
            return "draft"
        return "changed" if self.is_changed else "live"

    @property
    def words(self) -> str | Promise:
        if self.survey.closed_at:
            return _("closed")
        if self.live is None:
            return _("draft")
        words = _("live, draft changed") if self.is_changed else _("live")
        return f"v{self.live.number} {words}"

    @cached_property
    def changes(self) -> list[Change]:
        return compare(read_definition(self.live.definition), self.definition) if self.live else []

    @cached_property
    def problems(self) -> list[Problem]:
        return problems_of(self.survey, self.definition)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    @property
    def next_number(self) -> int:
        last = self.survey.versions.order_by("-number").values_list("number", flat=True).first()
        return (last or 0) + 1

    @property
    def seconds(self) -> int:
        return estimated_seconds(self.definition)

    @property
    def points(self) -> float:
        return points(self.definition)

    @cached_property
    def rules(self) -> int:
        """How many rules ask with it."""
        return TriggerRule.objects.filter(survey=self.survey, is_active=True).count()

    @cached_property
    def links(self) -> int:
        return CollectionLink.objects.filter(survey=self.survey, is_open=True).count()

    @property
    def waits_for_readers(self) -> bool:
        """Live, and yet nobody ever gets it. What is asked after a case is sent by closing one."""
        is_live = self.live is not None and self.survey.closed_at is None
        return is_live and self.survey.purpose != Survey.Purpose.RECOVERY and not (self.rules or self.links)

    @cached_property
    def live_answers(self) -> int:
        return self.live.responses.filter(submitted_at__isnull=False, is_test=False).count() if self.live else 0


def standing_of(survey: Survey) -> Standing:
    """For a survey whose draft is loaded."""
    return Standing(survey, freeze(survey))
