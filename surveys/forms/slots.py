"""What one reader's page says that another's does not, as ready-made HTML per slot."""

from collections.abc import Collection, Mapping

from django.utils.html import escape, format_html
from django.utils.translation import gettext as _

from surveys.definition.flow import Answers, Value
from surveys.definition.kinds import Shape
from surveys.definition.pipe import in_html, said
from surveys.forms.asked import Asked, AskedPage
from surveys.forms.loaded import LoadedSurvey

TICKED = " checked"


def answer_slots(page: AskedPage, answers: Answers, *, untold: Collection[str] = ()) -> dict[str, str]:
    """Tick and fill what was answered. The words of the questions in `untold` are kept but not shown."""
    slots: dict[str, str] = {}
    for asked in page.questions:
        value = answers.get(asked.key)
        if value is not None:
            slots |= _answer_slot(asked, value, asked.key in untold)
    return slots


def _answer_slot(asked: Asked, value: Value, is_untold: bool) -> dict[str, str]:
    if asked.question.nature.shape is not Shape.WORDS:
        chosen = value if isinstance(value, tuple) else (value,)
        return {f"ticked:{asked.key}={one}": TICKED for one in chosen}
    if not is_untold:
        return {f"typed:{asked.key}": escape(str(value))}
    sentence = _("Your earlier text is kept. It is not shown, as links get forwarded; write here to replace it.")
    return {f"kept:{asked.key}": format_html('<p class="kept" id="q-{}-kept">{}</p>', asked.key, sentence)}


def pipe_slots(survey: LoadedSurvey, values: Mapping[str, object]) -> dict[str, str]:
    return {name: in_html(said(pipe, values)) for pipe, name in survey.pipe_names.items()}


def notice_slot(sentence: str, link: tuple[str, str] | None = None) -> str:
    """A remark above the questions, with one link at most: its path and its words."""
    if link is None:
        return format_html('<p class="notice">{}</p>', sentence)
    return format_html('<p class="notice">{} <a href="{}">{}</a></p>', sentence, *link)


def link_slot(path: str, words: str) -> str:
    return format_html('<p><a class="way-on" href="{}">{}</a></p>', path, words)
