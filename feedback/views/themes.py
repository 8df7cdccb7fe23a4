from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from feedback.analytics.theme_story import read_theme
from feedback.analytics.themes import ThemeLine, read_themes
from feedback.analytics.trends import marks
from feedback.analytics.verbatims import latest_comments
from feedback.forms.filters import FilterForm
from feedback.models import Taxonomy, Theme, ThemeSuggestion
from feedback.services.taxonomy import load_pack
from feedback.views import theme_pictures as pictures
from feedback.views.asking import read_address, refuse

PAGE = 60
NOBODY = "-"
VERBATIMS = 10


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def themes(request: HttpRequest) -> HttpResponse:
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Themes"))
    found = read_themes(asked.filters.scope(), asked.form.compared_with)
    owner = request.GET.get("owner", "")
    owned = [line for line in found.lines if _is_owned_by(line, owner)]
    lines = [line for line in owned if line.share.value != 0]
    shown = asked.context | {
        "found": found,
        "page": Paginator(lines, PAGE).get_page(request.GET.get("page")),
        "silent": [line for line in owned if line.share.value == 0],
        "owner": owner,
        "chart": pictures.themes_picture(found.lines),
        "taxonomy": Taxonomy.objects.first(),
        "suggested": ThemeSuggestion.objects.waiting().count(),
    }
    return render(request, "feedback/themes.html", shown)


def _is_owned_by(line: ThemeLine, owner: str) -> bool:
    if not owner:
        return True
    team = line.theme.owner_team
    return team is None if owner == NOBODY else team is not None and team.slug == owner


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Theme.objects.active().select_related("parent", "owner_team"), slug=slug)
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, shown.name)
    filters, grain = asked.filters.scope(), asked.form.chosen_grain
    story = read_theme(shown, filters, asked.form.compared_with, grain=grain, today=asked.today)
    logged = marks(filters, timezone.get_default_timezone())
    mine = replace(filters, theme=shown.slug, feeling=asked.filters.feeling if asked.filters.theme == slug else "")
    drawn = asked.context | {
        "theme": shown,
        "story": story,
        "trend": pictures.theme_trend(story, grain, logged, filters.period),
        "marks": logged,
        "stack": pictures.feelings_picture(story.line),
        "comments": latest_comments(mine, limit=VERBATIMS),
        "rules": shown.rules.all(),
        "names": [shown.name, *(line.theme.name for line in story.parts)],
    }
    return render(request, "feedback/theme.html", drawn)


@require_POST
@login_required
@permission_required("feedback.add_theme", raise_exception=True)
def begin(request: HttpRequest) -> HttpResponse:
    """Lay the general themes: the first click of an installation without any."""
    made = load_pack("general", now=timezone.now())
    words = ngettext("%d theme was added.", "%d themes were added.", len(made)) % len(made)
    messages.success(request, f"{words} {_('Comments are being searched; figures follow in a moment.')}")
    return redirect("themes")
