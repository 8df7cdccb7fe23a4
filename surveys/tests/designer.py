"""The designer's form as a browser posts it, taken from what is saved."""

import re
from io import StringIO
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from surveys.models import Question, Survey

SEEN = re.compile(r'name="draft_seen" value="([^"]+)"')


def staff(role: str) -> Any:
    """Somebody who may log in to the admin with one role."""
    if not Group.objects.filter(name=role).exists():
        call_command("sync_roles", stdout=StringIO())
    user = get_user_model().objects.create(username=f"a-{role}", email=f"{role}@example.org", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def change_url(survey: Survey) -> str:
    return reverse("admin:surveys_survey_change", args=[survey.pk])


def seen_by(client: Client, survey: Survey) -> str:
    return SEEN.search(client.get(change_url(survey)).content.decode())[1]


def form_data(survey: Survey | None = None, questions: list[dict] | None = None, **fields) -> dict[str, Any]:
    """`questions` are the rows on the screen; saved ones by default."""
    rows = questions if questions is not None else saved_rows(survey)
    known = [row for row in rows if row.get("id")]
    data = {
        "name": "Visit",
        "title": "Your visit",
        "introduction": "",
        "thanks_title": "",
        "thanks_text": "",
        "slug": "visit",
        "purpose": "cx",
        "locale": "en",
        "accent_colour": "#0b5d66",
        "privacy_notice": "We improve our service with it.",
        "link_valid_days": 30,
        "edit_window_hours": 24,
        "rotation_percent": 100,
        "legal_basis": "interest",
        "_continue": "1",
    }
    if survey:
        data |= {name: getattr(survey, name) for name in data if hasattr(survey, name)}
    data |= {"questions-TOTAL_FORMS": len(rows), "questions-INITIAL_FORMS": len(known)}
    for index, row in enumerate(rows):
        data |= _row_data(f"questions-{index}", row, survey)
    return data | fields


def saved_rows(survey: Survey) -> list[dict]:
    return [
        {
            "id": question.pk,
            "kind": question.kind,
            "text": question.text,
            "page": question.page,
            "is_required": question.is_required,
            "rotation_slot": question.rotation_slot,
            "waits_for": question.show_if_question_id or "",
            "show_if_operator": question.show_if_operator,
            "show_if_value": question.show_if_value,
            "position": question.position,
            "choices": [{"id": choice.pk, "text": choice.text} for choice in question.choices.all()],
        }
        for question in Question.objects.filter(survey=survey)
    ]


def _row_data(prefix: str, row: dict, survey: Survey | None) -> dict[str, Any]:
    choices = row.get("choices", [])
    known = [choice for choice in choices if choice.get("id")]
    data = {
        f"{prefix}-id": row.get("id", ""),
        f"{prefix}-survey": survey.pk if survey else "",
        f"{prefix}-kind": row.get("kind", "nps"),
        f"{prefix}-text": row.get("text", ""),
        f"{prefix}-page": row.get("page", 1),
        f"{prefix}-position": row.get("position", ""),
        f"{prefix}-waits_for": row.get("waits_for", ""),
        f"{prefix}-show_if_operator": row.get("show_if_operator", ""),
        f"{prefix}-show_if_value": row.get("show_if_value", ""),
        f"{prefix}-rotation_slot": row.get("rotation_slot", ""),
        f"{prefix}-key": row.get("key", ""),
        f"{prefix}-choices-TOTAL_FORMS": len(choices),
        f"{prefix}-choices-INITIAL_FORMS": len(known),
    }
    data |= {f"{prefix}-{name}": "on" for name in ("is_required", "DELETE") if row.get(name)}
    for index, choice in enumerate(choices):
        place = f"{prefix}-choices-{index}"
        data |= {
            f"{place}-id": choice.get("id", ""),
            f"{place}-question": row.get("id", ""),
            f"{place}-text": choice.get("text", ""),
            f"{place}-key": choice.get("key", ""),
            f"{place}-position": choice.get("position", index),
        }
        data |= {f"{place}-DELETE": "on"} if choice.get("DELETE") else {}
    return data
