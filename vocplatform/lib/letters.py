"""A letter from its templates: emails/<name>/subject.txt, body.txt and, where there is one, body.html."""

from collections.abc import Mapping

from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import translation

from vocplatform.lib.delivery import Letter


def write_letter(
    name: str, context: Mapping[str, object], *, to: str, locale: str = "en", headers: Mapping[str, str] | None = None
) -> Letter:
    """Render in the reader's language. A subject never holds a line break, whatever was put into it."""
    with translation.override(locale):
        subject = " ".join(render_to_string(f"emails/{name}/subject.txt", context).split())
        text = render_to_string(f"emails/{name}/body.txt", context).strip() + "\n"
        html = _rendered_if_there(f"emails/{name}/body.html", context)
    return Letter(to=to, subject=subject, text=text, html=html, headers=dict(headers or {}), locale=locale)


def _rendered_if_there(template: str, context: Mapping[str, object]) -> str:
    try:
        return get_template(template).render(dict(context))
    except TemplateDoesNotExist as missing:
        if missing.args and missing.args[0] != template:  # a partial inside it is missing: that is a fault
            raise
        return ""
