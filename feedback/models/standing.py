from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from surveys.models import Survey


class Standing(models.TextChoices):
    """Whether a response counts in headline figures, and if not, why: the first reason that fits."""

    COUNTED = "counted", _("counted")
    TEST = "test", _("test")
    RESEARCH = "research", _("research")
    RECOVERY = "recovery", _("after a case")
    FLAGGED = "flagged", _("doubtful quality")
    INTERVIEW = "interview", _("interview")


def standing_is(standing: str, *, on: str = "") -> Q:
    """The responses of one standing; `on` is the way to the response, such as "response__".

    The survey's purpose is asked for and not joined: a planner that sees three surveys would start with them and sort
    a million responses, instead of taking the newest.
    """
    real = Q(**{f"{on}is_test": False})
    about_experience = real & _has_purpose(on, Survey.Purpose.CX)
    sound = about_experience & Q(**{f"{on}is_flagged": False})
    interview = Q(**{f"{on}source_type": "interview"})
    return {
        Standing.COUNTED: sound & ~interview,
        Standing.TEST: Q(**{f"{on}is_test": True}),
        Standing.RESEARCH: real & _has_purpose(on, Survey.Purpose.RESEARCH),
        Standing.RECOVERY: real & _has_purpose(on, Survey.Purpose.RECOVERY),
        Standing.FLAGGED: about_experience & Q(**{f"{on}is_flagged": True}),
        Standing.INTERVIEW: sound & interview,
    }[Standing(standing)]


def _has_purpose(on: str, purpose: str) -> Q:
    return Q(Exists(Survey.objects.filter(pk=OuterRef(f"{on}survey"), purpose=purpose)))


def standing_case(*, on: str = "") -> Case:
    return Case(
        *(When(standing_is(each, on=on), then=Value(each.value)) for each in Standing), output_field=models.CharField()
    )
