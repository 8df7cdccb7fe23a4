"""Pages drawn from a survey: what is asked, the thanks, and the few things a link may have to say instead."""

from collections.abc import Collection, Mapping
from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from surveys.definition.languages import own_name
from surveys.definition.pipe import Pipe
from surveys.forms.asked import Asked, AskedPage
from surveys.forms.loaded import LoadedSurvey, reading_direction
from surveys.forms.reveal import reveal_rules
from surveys.forms.sheet import Sheet, cut, mark, marked
from surveys.forms.style import PLAIN_ACCENT, style_block

Errors = Mapping[str, str | Promise]


def page_sheet(survey: LoadedSurvey, page: AskedPage, *, is_edit: bool = False, errors: Errors | None = None) -> Sheet:
    """The page with slots. Pages with errors are drawn each time: their shape differs from person to person."""
    if errors:
        return _draw_page(survey, page, is_edit, errors)
    key = ("page", page.number, page.first, page.total, tuple(asked.key for asked in page.questions), is_edit)
    return survey.sheet(key, lambda: _draw_page(survey, page, is_edit, {}))


def thanks_sheet(survey: LoadedSurvey) -> Sheet:
    return survey.sheet(("thanks",), lambda: _draw_thanks(survey))


def _draw_page(survey: LoadedSurvey, page: AskedPage, is_edit: bool, errors: Errors) -> Sheet:
    definition = survey.definition
    names = survey.pipe_names
    style = style_block(definition.accent_colour, reveal_rules(page))
    with translation.override(definition.locale):
        context = {
            "page": page,
            "questions": [_drawn(asked, names, errors) for asked in page.questions],
            "errors": bool(errors),
            "is_edit": is_edit,
            "is_first": page.previous is None,
            "privacy_notice": definition.privacy_notice,
            "languages": [(code, own_name(code)) for code in survey.languages],
            "introduction": marked(definition.introduction, names),
            "path": mark("path"),
            "form": mark("form"),
            "notice": mark("notice"),
            **_frame(definition.locale, marked(definition.title, names)),
        }
        return cut(render_to_string("surveys/public/page.html", context), style)


def _drawn(asked: Asked, names: Mapping[Pipe, str], errors: Errors) -> dict:
    text = marked(asked.question.text, names)
    return {
        "asked": asked,
        "text": text,
        "help_text": marked(asked.question.help_text, names),
        "options": [(option, mark(f"ticked:{asked.key}={option.value}")) for option in asked.options],
        "typed": mark(f"typed:{asked.key}"),
        "kept": mark(f"kept:{asked.key}"),
        "error": errors.get(asked.key),
        "template": f"surveys/public/_{asked.look}.html",
    }


def _draw_thanks(survey: LoadedSurvey) -> Sheet:
    definition = survey.definition
    names = survey.pipe_names
    style = style_block(definition.accent_colour)
    with translation.override(definition.locale):
        title = definition.thanks_title or _("Thank you for your answers")
        context = {
            "thanks_text": marked(definition.thanks_text, names),
            "is_anonymous": definition.is_anonymous,
            "edit": mark("edit"),
            "call": mark("call"),
            **_frame(definition.locale, marked(title, names)),
        }
        return cut(render_to_string("surveys/public/thanks.html", context), style)


def draw_message(
    title: str,
    sentences: Collection[str],
    *,
    locale: str,
    accent: str = PLAIN_ACCENT,
    link: tuple[str, str] | None = None,
) -> Sheet:
    """A page that says one thing, and may offer one way on: its path and its words."""
    style = style_block(accent)
    context = {
        "sentences": sentences,
        "link": link,
        **_frame(locale, title),
    }
    return cut(render_to_string("surveys/public/message.html", context), style)


def draw_form(
    template: str, title: str, context: Mapping[str, object], *, locale: str, accent: str = PLAIN_ACCENT
) -> Sheet:
    """A page in the same frame whose one form asks no survey question."""
    with translation.override(locale):
        return cut(render_to_string(template, {**context, **_frame(locale, title)}), style_block(accent))


def _frame(locale: str, title: str) -> dict:
    return {
        "locale": locale,
        "direction": reading_direction(locale),
        "style": mark("style"),
        "title": title,
        "organisation": settings.ORGANISATION_NAME,
        "address": settings.ORGANISATION_ADDRESS,
        "contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    }
