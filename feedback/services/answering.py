"""One page of answers, step by step: what was sent leads to the next page, to the thanks, or back with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from django.utils.functional import Promise

from feedback.services.edits import dispute_answers, edit_response
from feedback.services.links import Link, Standing, reread
from feedback.services.responses import NO_FORM, TRAP, AnswersRefused, Submission, save_partial, submit
from surveys.definition.flow import Answers, Value, next_page, previous_page
from surveys.definition.kinds import Shape
from surveys.forms.asked import PREFIX, AskedPage, ask_page, left_out, read_page
from surveys.forms.reading import ReadAnswers, read_answers
from surveys.forms.state import FormState, new_state
from surveys.services.invitations import LinkUsed

Posted = Mapping[str, list[str]]
TRAP_FIELD = "leave_empty"  # no human sees it


class Go(StrEnum):
    """What the sender asks for: on, back, or only to keep what is there."""

    NEXT = "next"
    BACK = "back"
    KEEP = "keep"


class Step(StrEnum):
    """What comes next: a page, the same page with problems, or one of the pages that end it."""

    PAGE = "page"
    BACK = "back"
    WRONG = "wrong"
    KEPT = "kept"
    THANKS = "thanks"
    USED = "used"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`untold` names the questions whose words are kept but not for this reader's eyes."""

    step: Step
    page: int = 1
    answers: Answers = field(default_factory=dict)
    errors: Mapping[str, str | Promise] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()


def take_page(
    link: Link, state: FormState | None, posted: Posted, *, go: Go, page: int, now: datetime
) -> tuple[Outcome, FormState]:
    """Return what comes next, and the form that goes on: the sender's own, or a new one where it brought none."""
    turn = _Turn(link, state or new_state(link.survey.version_id, now=now), state is not None, posted, page, now)
    try:
        return turn.take(go), turn.state
    except LinkUsed:
        # Answered in another tab while this page was read: judge again by what is there now.
        turn = replace(turn, link=reread(link, turn.state))
        return turn.answered_again(), turn.state


@dataclass
class _Turn:
    link: Link
    state: FormState
    has_form: bool
    posted: Posted
    number: int
    now: datetime

    def take(self, go: Go) -> Outcome:
        if self.state.is_edit:
            if not self.link.may_edit(self.now):
                return Outcome(Step.USED)
        elif self._is_finished():
            return self.answered_again()
        elif not self.link.may_finish(self.state if self.has_form else None, self.now):
            return Outcome(Step.ENDED)
        return self._go(go)

    def _is_finished(self) -> bool:
        return self.link.standing is Standing.ANSWERED or bool(self.link.begun and self.link.begun.submitted_at)

    def _go(self, go: Go) -> Outcome:
        if go is Go.KEEP:
            self._keep()
            return Outcome(Step.KEPT)
        if go is Go.BACK:
            self._keep()
            return Outcome(Step.BACK, self._page_before(), self.answers, untold=self._untold())
        errors = {**left_out(self.page, self.definition, self.answers), **self.read.errors}
        if errors:
            self._keep()
            answers = {**self.answers, **self._typed()}
            return Outcome(Step.WRONG, self.number, answers, errors, self._untold())
        following = next_page(self.definition, self.number, self.answers)
        if following is None:
            return self._finish()
        self._keep()
        return Outcome(Step.PAGE, following)

    def answered_again(self) -> Outcome:
        """The same form sent twice gets its thanks twice; another one changes nothing."""
        begun = self.link.begun
        if begun is None or begun.submitted_at is None:
            return Outcome(Step.USED)
        if self.link.is_own(self.state):
            return Outcome(Step.THANKS)
        values = read_answers(self.definition.questions, self._raw()).values
        if values and not dispute_answers(begun.pk, self.definition, values, now=self.now):
            return Outcome(Step.THANKS)
        return Outcome(Step.USED)

    def _finish(self) -> Outcome:
        if self.state.is_edit:
            self._keep()
            return Outcome(Step.THANKS)
        try:
            submit(self.link.origin, self.definition, self._all_values(), self._submission(), now=self.now)
        except AnswersRefused as refused:
            first = next(one for one in self.definition.questions if one.key in refused.errors)
            self._keep()
            return Outcome(Step.WRONG, first.page, self.answers, refused.errors, self._untold())
        return Outcome(Step.THANKS)

    def _keep(self) -> None:
        if not self.read.values and not self.cleared:
            return
        if self.state.is_edit:
            edit_response(self.link.begun.pk, self.definition, self.read.values, cleared=self.cleared, now=self.now)
        else:
            save_partial(self.link.origin, self.definition, self.read.values, self._submission(), now=self.now)

    def _page_before(self) -> int:
        return previous_page(self.definition, self.number, self.answers) or self.number

    def _submission(self) -> Submission:
        flags = [TRAP] if any(self.posted.get(TRAP_FIELD, ())) else []
        return Submission(
            submission_id=self.state.submission_id,
            started_at=self.state.started_at if self.has_form else None,
            flags=tuple(flags if self.has_form else [*flags, NO_FORM]),
            response_id=self.link.begun.pk if self.link.begun else None,
            cleared=self.cleared,
        )

    @cached_property
    def definition(self):
        return self.link.survey.definition

    @cached_property
    def stored(self) -> Answers:
        return self.link.answers()

    @cached_property
    def page(self) -> AskedPage:
        first = self.link.survey.first_page
        if not self.stored and self.number == first.number:
            return first
        return ask_page(self.definition, self.number, self.stored)

    @cached_property
    def read(self) -> ReadAnswers:
        return read_page(self.page, self.posted)

    @cached_property
    def cleared(self) -> frozenset[str]:
        """Taken back on this page. A text that was kept but not shown comes back empty, which says nothing."""
        is_own = self.link.is_own(self.state)
        seen = [one for one in self.page.questions if is_own or one.question.nature.shape is not Shape.WORDS]
        answered = self.read.values.keys() | self.read.errors.keys()
        return frozenset(one.key for one in seen if one.key in self.stored and one.key not in answered)

    @cached_property
    def answers(self) -> dict[str, Value]:
        left = {key: value for key, value in self.stored.items() if key not in self.cleared}
        return {**left, **self.read.values}

    def _untold(self) -> frozenset[str]:
        if self.link.begun is None or self.link.is_own(self.state):
            return frozenset()
        return self.link.survey.words - self.read.values.keys() - self.read.errors.keys()

    def _typed(self) -> dict[str, Value]:
        """Words that were refused, so that nobody has to write them again."""
        refused = [one for one in self.page.questions if one.key in self.read.errors]
        words = [one for one in refused if one.question.nature.shape is Shape.WORDS]
        return {one.key: self.posted[one.name][0] for one in words}

    def _raw(self) -> dict[str, list[str]]:
        return {name.removeprefix(PREFIX): values for name, values in self.posted.items() if name.startswith(PREFIX)}

    def _all_values(self) -> dict[str, object]:
        """This page's answers, what came for questions that are not on it, and what fits no question at all."""
        elsewhere = {
            key: value for key, value in self._raw().items() if key not in {q.key for q in self.page.questions}
        }
        known = read_answers(self.definition.questions, elsewhere)
        strange = {key: value for key, value in elsewhere.items() if self.definition.question(key) is None}
        return {**strange, **known.values, **self.read.values}
