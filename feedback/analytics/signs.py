"""What warns of leaving, in words."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.metrics import METRICS

PARTS = ("score", "ease", "feeling", "recency", "pace")


def sign_words(signs: Iterable[Mapping]) -> list[str]:
    return [_words(sign) for sign in signs]


def _words(sign: Mapping) -> str:
    name = sign["sign"]
    metric = METRICS.get(sign.get("kind", ""))
    told = {"metric": metric.name if metric else _("score"), **sign}
    if name == "fell":
        return _("%(metric)s fell %(before)s → %(now)s") % told
    if name == "low":
        return _("last %(metric)s was %(now)s") % told
    if name == "silent":
        said = ngettext(
            "nothing for %(days)s days, usually every day",
            "nothing for %(days)s days, usually every %(usual)s",
            sign["usual"],
        )
        return said % told
    if name == "slower":
        return _("comes %(percent)s %% as often as before") % told
    if name == "model":
        facts = [_fact_words(each["fact"], each["side"]) for each in sign["because"]]
        return _("by the forecast: %s") % ", ".join(facts)
    return _("the last two comments were negative")


def _fact_words(fact: str, side: str) -> str:
    return {
        ("score", "low"): _("low last score"),
        ("change", "low"): _("falling score"),
        ("feeling", "low"): _("negative comments"),
        ("silence", "high"): _("silent for longer than usual"),
        ("events", "low"): _("few events"),
        ("tenure", "low"): _("not a customer for long"),
        ("score", "high"): _("high last score"),
        ("change", "high"): _("rising score"),
        ("feeling", "high"): _("positive comments"),
        ("silence", "low"): _("was there lately"),
        ("events", "high"): _("many events"),
        ("tenure", "high"): _("a customer for long"),
    }[fact, side]


def part_words() -> dict[str, str]:
    return {
        "score": _("Scores"),
        "ease": _("Ease"),
        "feeling": _("Comments"),
        "recency": _("Time since the last event"),
        "pace": _("Events of the quarter"),
    }
