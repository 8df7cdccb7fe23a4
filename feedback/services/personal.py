"""What a survey may say about its reader: looked up only where a text asks for it."""

from feedback.services.links import Link
from surveys.definition.flow import Answers
from surveys.forms.asked import said_in_words
from surveys.forms.loaded import LoadedSurvey
from surveys.models import Invitation, Touchpoint


def pipe_values(link: Link, answers: Answers) -> dict[str, object]:
    """Field name -> value for every placeholder that can be filled."""
    families = {field.partition(".")[0] for field in link.survey.fields}
    values = _repeated(link.survey, answers)
    if link.origin.invitation_id and families & {"customer", "touchpoint", "event"}:
        columns = ("customer__name", "touchpoint__name", "event__attributes")
        name, place, attributes = Invitation.objects.values_list(*columns).get(pk=link.origin.invitation_id)
        values |= {"customer.name": name, "touchpoint.name": place}
        values |= {f"event.{key}": value for key, value in (attributes or {}).items()}
    elif link.origin.touchpoint_id and "touchpoint" in families:
        values["touchpoint.name"] = Touchpoint.objects.values_list("name", flat=True).get(pk=link.origin.touchpoint_id)
    return values


def _repeated(survey: LoadedSurvey, answers: Answers) -> dict[str, object]:
    asked = [one for one in survey.definition.questions if one.key in answers]
    return {f"answer.{one.key}": said_in_words(one, answers[one.key]) for one in asked}
