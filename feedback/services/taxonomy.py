"""Changing what comments are searched for. Every change makes the comments wait for a new search."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils.text import slugify

from feedback.hooks import themes_changed
from feedback.models import Taxonomy, Theme, ThemeRule
from feedback.themes.packs import Pack, PlannedTheme, read_pack

SHORT = 60


@transaction.atomic
def note_change(*, now: datetime) -> None:
    """Say that themes or their words have changed: a new version, and all comments are searched again."""
    Taxonomy.objects.get_or_create(pk=Taxonomy.ONLY, defaults={"number": 0, "changed_at": now})
    Taxonomy.objects.filter(pk=Taxonomy.ONLY).update(number=F("number") + 1, changed_at=now)
    themes_changed.announce(Taxonomy.ONLY)


@transaction.atomic
def load_pack(key: str, *, now: datetime) -> list[Theme]:
    """Lay the themes of an industry; return those that were new. What exists under the same short name stays.

    Raises NoSuchPack.
    """
    pack = read_pack(key)
    made = list(_lay(pack))
    if made:
        note_change(now=now)
    return made


def _lay(pack: Pack):
    last = Theme.objects.aggregate(last=Max("position"))["last"] or 0
    for place, planned in enumerate(pack.themes, start=last + 1):
        parent, is_new = _theme(planned, None, place)
        if is_new:
            yield parent
        for inner, part in enumerate(planned.parts):
            child, is_new = _theme(part, parent, inner)
            if is_new:
                yield child


def _theme(planned: PlannedTheme, parent: Theme | None, position: int) -> tuple[Theme, bool]:
    theme, is_new = Theme.objects.get_or_create(
        slug=planned.key,
        defaults={
            "name": planned.name,
            "description": planned.description,
            "parent": parent,
            "position": position,
        },
    )
    if is_new and planned.words:
        ThemeRule.objects.create(theme=theme, language=planned.language, words=planned.words)
    return theme, is_new


@transaction.atomic
def ensure_themes(*, now: datetime) -> None:
    """The general themes, where an installation has none yet."""
    if not Theme.objects.exists():
        load_pack("general", now=now)


def create_theme(
    name: str, *, phrases: Sequence[str], language: str, parent: Theme | None = None, now: datetime
) -> Theme:
    """A theme found by these phrases. The caller has checked that the name is free under this parent."""
    last = Theme.objects.aggregate(last=Max("position"))["last"] or 0
    theme = Theme.objects.create(name=name, slug=free_slug(name), parent=parent, position=last + 1)
    ThemeRule.objects.create(theme=theme, language=language, words="\n".join(phrases))
    note_change(now=now)
    return theme


def add_phrases(theme: Theme, phrases: Sequence[str], *, language: str, now: datetime) -> None:
    """Add lines to the words of a theme; those that stand there already are left out."""
    rule, _made = ThemeRule.objects.select_for_update().get_or_create(theme=theme, language=language)
    known = {line.strip() for line in rule.words.splitlines()}
    rule.words = "\n".join([*filter(None, [rule.words.rstrip()]), *(each for each in phrases if each not in known)])
    rule.save(update_fields=["words", "updated_at"])
    note_change(now=now)


def free_slug(name: str) -> str:
    base = slugify(name)[: SHORT - 4] or "theme"
    taken = set(Theme.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 1000))) if slug not in taken)
