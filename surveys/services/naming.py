"""Short names that are free: for rows that are addressed by a word."""

from collections.abc import Collection

from django.db.models import Model
from django.utils.text import slugify


def free_name(wanted: str, taken: Collection[str], *, otherwise: str, longest: int = 40) -> str:
    """The wanted words as a short name, with a number behind it where somebody else has it already."""
    base = slugify(wanted)[:longest].strip("-_") or otherwise
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base[: longest - len(str(number)) - 1].rstrip('-')}-{number}"
    return name


def free_slug(model: type[Model], wanted: str) -> str:
    field = model._meta.get_field("slug")
    taken = set(model._default_manager.values_list("slug", flat=True))
    return free_name(wanted, taken, otherwise=model._meta.model_name, longest=field.max_length)
