"""A definition on its way through a browser: only what we froze ourselves is drawn again."""

from typing import Any

from django.core import signing

from surveys.definition.schema import BadDefinition, Definition, read_definition

SALT = "voc.preview"


def seal_definition(definition: dict[str, Any]) -> str:
    return signing.dumps(definition, salt=SALT, compress=True)


def open_definition(sealed: str) -> Definition | None:
    """None for anything that was not sealed here."""
    try:
        return read_definition(signing.loads(sealed, salt=SALT))
    except (signing.BadSignature, BadDefinition):
        return None
