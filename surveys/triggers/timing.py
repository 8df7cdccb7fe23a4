"""When the question goes out: after the delay, after every cooldown, outside quiet hours, and before it is too late."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.models.channel import Channel
from surveys.models.policy import ContactPolicy
from surveys.triggers.fatigue import Limits, Rest, asks_left, rests
from surveys.triggers.occasion import Line, Occasion, Person, Way
from surveys.triggers.quiet_hours import EVERY_DAY, NoSuitableHour, QuietHours, next_allowed

SMS_BY_LAW = QuietHours(time(21), time(8))  # the strict telephone rules: only from 8 to 21 h in the recipient's zone

WAITS = {
    "survey_after_invitation": gettext_lazy("the same survey only %(days)s days after an invitation"),
    "survey_after_response": gettext_lazy("the same survey only %(days)s days after an answer"),
    "account_after_invitation": gettext_lazy("any survey only %(days)s days after an invitation"),
    "account_after_response": gettext_lazy("any survey only %(days)s days after an answer"),
    "cap": gettext_lazy("no more asks than the cap allows within %(days)s days"),
}


def earliest(occasion: Occasion) -> datetime:
    if occasion.rule is None or occasion.event is None:
        return occasion.now
    return max(occasion.event.occurred_at + timedelta(minutes=occasion.rule.delay_minutes), occasion.now)


def deadline(occasion: Occasion) -> datetime | None:
    if occasion.rule is None or occasion.event is None:
        return None
    return occasion.event.occurred_at + timedelta(hours=occasion.rule.window_hours)


def rested(occasion: Occasion, way: Way, due: datetime) -> tuple[datetime, list[Line]]:
    """Wait for the last cooldown when that still ends in time; a wait beyond the deadline is a no."""
    if occasion.person is None or occasion.rule is None:
        return due, []
    found = sorted(_rests(occasion, due), key=lambda rest: rest.until)
    if not found:
        return due, [Line("cooldown", True, _("No cooldown is running."))]
    last = found[-1]
    end = deadline(occasion)
    lines = [Line(rest.limit, end is None or rest.until <= end, _rest_text(rest)) for rest in reversed(found)]
    return last.until, lines


def _rests(occasion: Occasion, due: datetime) -> list[Rest]:
    limits = limits_of(occasion.policy)
    found = rests(limits, occasion.person.contacts, survey_id=occasion.survey.pk, at=due)
    if occasion.policy.moment_of_truth_skips_survey_clock and _is_moment_of_truth(occasion):
        return [rest for rest in found if not rest.limit.startswith("survey_")]
    return found


def _rest_text(rest: Rest) -> str:
    names = {"limit": WAITS[rest.limit] % {"days": rest.days}, "until": clock(rest.until)}
    return _("Must wait until %(until)s: %(limit)s.") % names


def one_kept_free(occasion: Occasion, way: Way, due: datetime) -> tuple[datetime, list[Line]]:
    """Leave the last asks under the cap to rarer surveys that reserved them."""
    if occasion.person is None or not occasion.reserved:
        return due, []
    left = asks_left(limits_of(occasion.policy), occasion.person.contacts, at=due)
    if left is not None and left <= _kept_free(occasion, occasion.person, due):
        return due, [Line("kept_free", False, _("The last ask under the cap is kept for a rarer survey."))]
    return due, [Line("kept_free", True, _("Rarer surveys still have their ask under the cap."))]


def _kept_free(occasion: Occasion, person: Person, due: datetime) -> int:
    """How many surveys will not have had their reserved ask when this one goes out, which may be days from now."""
    since = due - timedelta(days=occasion.policy.cap_days)
    return len(occasion.reserved - {contact.survey_id for contact in person.contacts if contact.asked_at > since})


def outside_quiet_hours(occasion: Occasion, way: Way, due: datetime) -> tuple[datetime, list[Line]]:
    hours = _hours(occasion, way)
    try:
        allowed = _next_allowed(due, hours, occasion, way)
    except NoSuitableHour:
        return due, [Line("quiet", False, _("No hour is loud in every time zone where the customer may be."))]
    if allowed == due:
        return due, [Line("quiet", True, _("The hour suits."))]
    return allowed, [Line("quiet", True, _("Quiet hours move it to %(until)s.") % {"until": clock(allowed)})]


def _next_allowed(due: datetime, hours: list[QuietHours], occasion: Occasion, way: Way) -> datetime:
    zones = way.zones or (occasion.home_zone,)
    try:
        return next_allowed(due, hours, zones)
    except NoSuitableHour:
        if way.channel == Channel.SMS or len(zones) == 1:
            raise
        return next_allowed(due, hours, [occasion.home_zone])  # a mail may be a few hours off; a telephone may not ring


def _hours(occasion: Occasion, way: Way) -> list[QuietHours]:
    rule = occasion.rule
    weekdays = frozenset(rule.weekdays) if rule and rule.weekdays else EVERY_DAY
    own = [QuietHours(rule.quiet_from, rule.quiet_until, weekdays)] if rule else []
    return [*own, SMS_BY_LAW] if way.channel == Channel.SMS else own


def in_time(occasion: Occasion, way: Way, due: datetime) -> tuple[datetime, list[Line]]:
    end = deadline(occasion)
    if end is None:
        return due, []
    names = {"due": clock(due), "end": clock(end)}
    if due > end:
        return due, [Line("window", False, _("Too late: it could go out at %(due)s, but only until %(end)s.") % names)]
    return due, [Line("window", True, _("In time: it may go out until %(end)s.") % names)]


def limits_of(policy: ContactPolicy) -> Limits:
    return Limits(
        survey_after_invitation_days=policy.survey_after_invitation_days,
        survey_after_response_days=policy.survey_after_response_days,
        account_after_invitation_days=policy.account_after_invitation_days,
        account_after_response_days=policy.account_after_response_days,
        cap_count=policy.cap_count,
        cap_days=policy.cap_days,
    )


def _is_moment_of_truth(occasion: Occasion) -> bool:
    return occasion.touchpoint is not None and occasion.touchpoint.is_moment_of_truth


def clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M %Z}"
