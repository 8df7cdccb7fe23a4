from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    """Whether a response counts in headline figures, and if not, why: the first reason that fits."""

    COUNTED = "counted", _("counted")
    TEST = "test", _("test")
    RESEARCH = "research", _("research")
    RECOVERY = "recovery", _("after a case")
    FLAGGED = "flagged", _("doubtful quality")
    INTERVIEW = "interview", _("interview")


def standing_is(standing: str, *, on: str = "") -> Q:
    """The responses of one standing; `on` is the way to the response, such as "response__"."""
    real = Q(**{f"{on}is_test": False})
    about_experience = real & Q(**{f"{on}survey__purpose": "cx"})
    sound = about_experience & Q(**{f"{on}is_flagged": False})
    interview = Q(**{f"{on}source_type": "interview"})
    return {
        Standing.COUNTED: sound & ~interview,
        Standing.TEST: Q(**{f"{on}is_test": True}),
        Standing.RESEARCH: real & Q(**{f"{on}survey__purpose": "research"}),
        Standing.RECOVERY: real & Q(**{f"{on}survey__purpose": "recovery"}),
        Standing.FLAGGED: about_experience & Q(**{f"{on}is_flagged": True}),
        Standing.INTERVIEW: sound & interview,
    }[Standing(standing)]


def standing_case(*, on: str = "") -> Case:
    return Case(
        *(When(standing_is(each, on=on), then=Value(each.value)) for each in Standing), output_field=models.CharField()
    )
