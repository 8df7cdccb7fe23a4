"""The checks that need no clock of their own. Each answers with lines; no line means that it does not apply."""

from django.utils.translation import gettext as _

from surveys.models.channel import AddressChannel, Channel
from surveys.models.customer import Consent
from surveys.triggers.conditions import holds
from surveys.triggers.dates import read_day
from surveys.triggers.occasion import Line, Occasion, Way
from surveys.triggers.sampling import in_sample


def rule_in_force(occasion: Occasion, way: Way) -> list[Line]:
    rule = occasion.rule
    if rule is None and occasion.event is None:
        return []
    if rule is None:
        return [Line("rule", False, _("The rule was deleted."))]
    if not rule.is_active:
        return [Line("rule", False, _("The rule is switched off."))]
    if rule.starts_at and occasion.now < rule.starts_at:
        return [Line("rule", False, _("The rule has not begun yet."))]
    if rule.ends_at and occasion.now >= rule.ends_at:
        return [Line("rule", False, _("The rule has ended."))]
    return [Line("rule", True, _("The rule is in force."))]


def survey_open(occasion: Occasion, way: Way) -> list[Line]:
    names = {"survey": occasion.survey.name}
    if occasion.survey.live_version_id is None:
        return [Line("survey", False, _("“%(survey)s” was never published.") % names)]
    if not occasion.survey.is_open(occasion.now):
        return [Line("survey", False, _("“%(survey)s” is closed.") % names)]
    return [Line("survey", True, _("“%(survey)s” is open.") % names)]


def date_stands(occasion: Occasion, way: Way) -> list[Line]:
    """Between the morning that called and the letter, the customer's record may have changed."""
    if occasion.event is None or occasion.event.due_on is None or None in (occasion.rule, occasion.person):
        return []
    names = {"field": occasion.rule.date_field, "day": occasion.event.due_on}
    if read_day(occasion.person.customer.attributes.get(occasion.rule.date_field)) == occasion.event.due_on:
        return [Line("date", True, _("“%(field)s” is %(day)s.") % names)]
    return [Line("date", False, _("“%(field)s” is no longer %(day)s.") % names)]


def conditions_hold(occasion: Occasion, way: Way) -> list[Line]:
    return [_condition(condition, holds(condition, occasion.facts)) for condition in occasion.conditions]


def _condition(condition, answer: bool | None) -> Line:
    sentence = _("“%(field)s” of the %(subject)s %(operator)s %(value)s") % {
        "field": condition.field,
        "subject": condition.get_subject_display(),
        "operator": condition.get_operator_display(),
        "value": condition.value,
    }
    verdict = {True: _("yes"), False: _("no"), None: _("cannot be told")}[answer]
    return Line("condition", answer is True, f"{sentence.strip()}: {verdict}.")


def somebody_to_ask(occasion: Occasion, way: Way) -> list[Line]:
    if occasion.person is None:
        anonymous = way.channel == Channel.LINK
        text = (
            _("Nobody is named; whoever gets the link may answer.") if anonymous else _("The event names no customer.")
        )
        return [Line("customer", anonymous, text)]
    if occasion.person.customer.erased_at:
        return [Line("customer", False, _("The customer was erased."))]
    return [Line("customer", True, _("The customer is known."))]


def not_a_holdout(occasion: Occasion, way: Way) -> list[Line]:
    if occasion.person is None:
        return []
    if occasion.person.customer.is_holdout:
        return [Line("holdout", False, _("The customer is kept aside and never asked."))]
    return [Line("holdout", True, _("The customer is not kept aside."))]


def no_opt_out(occasion: Occasion, way: Way) -> list[Line]:
    if not way.needs_address:
        return []
    if way.is_suppressed:
        return [Line("opt_out", False, _("This address must not be written to any more."))]
    return [Line("opt_out", True, _("No opt-out is known."))]


def has_consent(occasion: Occasion, way: Way) -> list[Line]:
    if not way.needs_address:
        return []
    if way.consent == Consent.Status.WITHDRAWN:
        return [Line("consent", False, _("The customer said no to this channel."))]
    if way.consent == Consent.Status.GRANTED:
        return [Line("consent", True, _("The customer said yes to this channel."))]
    if needs_consent(occasion, way):
        what = _("The survey rests on consent") if occasion.needs_yes else _("This channel needs a yes")
        return [Line("consent", False, _("%(what)s, and there is none.") % {"what": what})]
    return [Line("consent", True, _("The customer never said no to this channel."))]


def needs_consent(occasion: Occasion, way: Way) -> bool:
    if occasion.needs_yes:
        return True
    policy = occasion.policy
    return policy.sms_needs_consent if way.channel == Channel.SMS else policy.email_needs_consent


def has_address(occasion: Occasion, way: Way) -> list[Line]:
    if way.channel == Channel.LINK:
        return []
    names = {"channel": Channel(way.channel).label}
    if not way.address:
        return [Line("address", False, _("There is no usable address for the channel “%(channel)s”.") % names)]
    sentences = [_("The channel is “%(channel)s”.") % names, _why_this_one(occasion, way)]
    return [Line("address", True, " ".join(filter(None, sentences)))]


def _why_this_one(occasion: Occasion, way: Way) -> str:
    """What the customer's own wish had to do with it."""
    wish = occasion.person.customer.preferred_channel if occasion.person else ""
    if not wish or occasion.channel not in AddressChannel.values:
        return ""
    if wish == way.channel:
        return _("The customer prefers it.")
    names = {"wish": AddressChannel(wish).label, "obstacle": obstacle(occasion, occasion.way(wish))}
    return _("The customer prefers “%(wish)s”, but %(obstacle)s.") % names if names["obstacle"] else ""


def obstacle(occasion: Occasion, way: Way) -> str:
    """What forbids writing by this channel, as the end of a sentence; empty when nothing does."""
    if not way.address:
        return _("there is no usable address for it")
    if way.is_suppressed:
        return _("its address must not be written to any more")
    if way.consent == Consent.Status.WITHDRAWN:
        return _("said no to it")
    if way.consent != Consent.Status.GRANTED and needs_consent(occasion, way):
        return _("it needs a yes, and there is none")
    return ""


def sampled(occasion: Occasion, way: Way) -> list[Line]:
    rule = occasion.rule
    if rule is None or occasion.person is None:
        return []
    if occasion.touchpoint and occasion.touchpoint.is_moment_of_truth:
        return [Line("sample", True, _("Everybody is asked at a moment of truth."))]
    names = {"percent": f"{float(rule.sampling_percent):g}"}
    if in_sample(occasion.person.customer.pk, rule.survey_id, rule.sampling_wave, rule.sampling_percent):
        return [Line("sample", True, _("In the sample of %(percent)s %%.") % names)]
    return [Line("sample", False, _("Not in the sample of %(percent)s %%.") % names)]


def first_in_line(occasion: Occasion, way: Way) -> list[Line]:
    if occasion.rule is None:
        return []
    if occasion.asked_by:
        text = _("The more important rule “%(rule)s” asks after this event.") % {"rule": occasion.asked_by}
        return [Line("priority", False, text)]
    return [Line("priority", True, _("No more important rule asks after this event."))]
