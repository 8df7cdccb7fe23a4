"""Themes and comments that theme tests start from."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from feedback.models import Response, Theme, ThemeRule
from feedback.services.rollups import rebuild_waiting
from feedback.services.scoring import score_response
from feedback.services.taxonomy import note_change
from feedback.services.themes import find_backlog
from feedback.tests.programme import NOW, answer
from surveys.models import SurveyVersion


def make_theme(name: str, words: str = "", *, parent: Theme | None = None, language: str = "en", **fields) -> Theme:
    slug = name.lower().replace(" ", "-")
    theme = Theme.objects.create(name=name, slug=slug, parent=parent, position=Theme.objects.count(), **fields)
    if words:
        ThemeRule.objects.create(theme=theme, language=language, words=words)
    return theme


def make_themes() -> dict[str, Theme]:
    """Staff with one part, and waiting."""
    staff = make_theme("Staff", "staff")
    themes = {
        "staff": staff,
        "manner": make_theme("Manner", "friendly, lovely, rude", parent=staff),
        "waiting": make_theme("Waiting", "wait*, queue*\ntook NEAR hours"),
    }
    note_change(now=NOW)
    return themes


def say(version: SurveyVersion, text: str, *, at: datetime = NOW, **fields) -> Response:
    """A comment, read by our engine as an answer in English."""
    response = answer(version, at=at, why=text, locale="en", **fields)
    score_response(response.pk, now=timezone.now())
    return response


def search() -> None:
    """Search whatever waits, and count it."""
    while find_backlog(now=timezone.now()):
        pass
    while rebuild_waiting():
        pass


def browser_of(role: str, *, is_staff: bool = False) -> Client:
    """Somebody with exactly the permissions of a role, logged in."""
    if not Group.objects.filter(name=role, permissions__isnull=False).exists():
        call_command("sync_roles", verbosity=0)
    user = get_user_model().objects.create_user(role, f"{role}@example.com", is_staff=is_staff)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client
