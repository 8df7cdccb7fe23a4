"""Shall we ask? One pure answer with its reason and every check that was made.

The first check that says no gives the reason, in this order: rule and survey, date, conditions, who it is, opt-out,
consent, address, holdout, sample, priority, cooldowns and cap, quiet hours, too late. All are made, so a trace tells
all.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from surveys.models.channel import AddressChannel, Channel
from surveys.triggers import checks, timing
from surveys.triggers.occasion import Answer, Line, Occasion, Way
from surveys.triggers.reasons import ASKED

Check = Callable[[Occasion, Way], list[Line]]
Step = Callable[[Occasion, Way, datetime], tuple[datetime, list[Line]]]

PERSON = (checks.somebody_to_ask, checks.no_opt_out, checks.has_consent, checks.has_address)
CLOCKS = (timing.rested, timing.one_kept_free, timing.outside_quiet_hours, timing.in_time)


def decide(occasion: Occasion) -> Answer:
    """At the event: may this rule ask, by which channel, and when?"""
    before = (checks.rule_in_force, checks.survey_open, checks.date_stands, checks.conditions_hold)
    after = (checks.not_a_holdout, checks.sampled, checks.first_in_line)
    return _answer(occasion, _best_way(occasion), (*before, *PERSON, *after), CLOCKS)


def decide_directly(occasion: Occasion) -> Answer:
    """When staff or a case asks by itself: no rule, cooldown or holdout, but the customer's own no still counts."""
    return _answer(occasion, _best_way(occasion), (checks.survey_open, *PERSON), (timing.outside_quiet_hours,))


def recheck_invitation(occasion: Occasion) -> Answer:
    """Right before sending: what has changed since the decision? The channel stays as it was."""
    checked = (checks.rule_in_force, checks.survey_open, checks.date_stands, *PERSON)
    return _answer(occasion, occasion.way(occasion.channel), checked, CLOCKS)


def recheck_reminder(occasion: Occasion) -> Answer:
    """A reminder belongs to its invitation: no cooldown, no window, but the hour and the customer's no."""
    checked = (checks.survey_open, *PERSON)
    return _answer(occasion, occasion.way(occasion.channel), checked, (timing.outside_quiet_hours,))


def _answer(occasion: Occasion, way: Way, checked: Iterable[Check], steps: Iterable[Step]) -> Answer:
    trace = [line for check in checked for line in check(occasion, way)]
    due = timing.earliest(occasion)
    for step in steps:
        due, lines = step(occasion, way, due)
        trace += lines
    stopped = next((line for line in trace if not line.passed), None)
    if stopped:
        return Answer(False, stopped.check, stopped.text, tuple(trace), way, due)
    names = {"channel": Channel(way.channel).label, "due": timing.clock(due)}
    sentence = _("Asked by the channel “%(channel)s”, due %(due)s.") % names
    return Answer(True, ASKED, sentence, tuple(trace), way, due)


def _best_way(occasion: Occasion) -> Way:
    """The customer's preferred channel when it is usable, else the rule's."""
    planned = occasion.way(occasion.channel)
    if occasion.person is None or occasion.channel not in AddressChannel.values:
        return planned
    preferred = occasion.way(occasion.person.customer.preferred_channel or occasion.channel)
    return planned if checks.obstacle(occasion, preferred) else preferred
