"""A batch of answers under triage: what is looked up once for all of them, and the rows written together at its end."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Prefetch

from feedback.models import Response
from loop.hooks import case_opened
from loop.models import Case, CaseEvent, EscalationStep, Holiday, Notice, SlaPolicy, SlaTarget, TriageRule
from loop.rules.match import Rule
from loop.services.assignment import locked_members
from loop.services.audience import managers
from loop.services.clocks import default_policy
from loop.services.recovery import with_unpaired_scores
from loop.services.seen import active_rules, plain
from loop.services.webhooks import tell_lines
from surveys.models import Team


class Batch:
    """Call `write` before anybody reads the cases of this batch, and at its end. Lives inside one transaction."""

    def __init__(self, responses: Iterable[Response] = ()) -> None:
        self._customers = {response.customer_id for response in responses} - {None}
        self.cases: list[Case] = []
        self.lines: list[CaseEvent] = []
        self.notices: list[Notice] = []
        self._members: dict[int, list[AbstractBaseUser]] = {}

    @cached_property
    def rules(self) -> dict[int, TriageRule]:
        rules = active_rules()
        for rule in rules.values():
            if rule.sla_policy_id:
                rule.sla_policy = self._policies.get(rule.sla_policy_id, rule.sla_policy)
        return rules

    @cached_property
    def plain_rules(self) -> list[Rule]:
        return [plain(rule) for rule in self.rules.values()]

    @cached_property
    def policy(self) -> SlaPolicy | None:
        usual = default_policy()
        return usual and self._policies.get(usual.pk, usual)

    @cached_property
    def _policies(self) -> dict[int, SlaPolicy]:
        """With all that the clocks ask of them."""
        known = Prefetch("targets", SlaTarget.objects.all()), Prefetch("steps", EscalationStep.objects.all())
        calendars = Prefetch("calendar__holidays", Holiday.objects.order_by("on"))
        return SlaPolicy.objects.select_related("calendar").prefetch_related(*known, calendars).in_bulk()

    @cached_property
    def waiting_for_a_score(self) -> set[int]:
        """Which of the customers have a case that no later score stands beside yet."""
        return with_unpaired_scores(self._customers) if self._customers else set()

    @cached_property
    def managers(self) -> list[AbstractBaseUser]:
        return list(managers())

    def members_of(self, team: Team) -> list[AbstractBaseUser]:
        """Locked with their team till the transaction ends, so their loads can be kept in mind."""
        if team.pk not in self._members:
            self._members[team.pk] = locked_members(team)
        return self._members[team.pk]

    def has_case_of(self, customer_id: int) -> bool:
        return any(case.customer_id == customer_id for case in self.cases)

    def open(self, case: Case, line: CaseEvent, notices: list[Notice], *, now: datetime) -> None:
        """Keep a new case for `write`. Whoever gets it has one more from now on."""
        self.cases.append(case)
        self.lines.append(line)
        self.notices += notices
        if case.owner is not None and hasattr(case.owner, "open_cases"):
            case.owner.open_cases, case.owner.last_opened_at = case.owner.open_cases + 1, now

    def write(self) -> None:
        Case.objects.bulk_create(self.cases)
        CaseEvent.objects.bulk_create(self.lines)
        tell_lines(self.lines)
        Notice.objects.bulk_create(self.notices, ignore_conflicts=True)
        for case in self.cases:
            case_opened.announce(case.pk)
        self.cases, self.lines, self.notices = [], [], []
