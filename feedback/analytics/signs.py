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
    return _("the last two comments were negative")


def part_words() -> dict[str, str]:
    return {
        "score": _("Scores"),
        "ease": _("Ease"),
        "feeling": _("Comments"),
        "recency": _("Time since the last event"),
        "pace": _("Events of the quarter"),
    }
