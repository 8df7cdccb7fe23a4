"""What would the rule on the screen have done? Tried on what has happened, before anybody saves or switches it on."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from surveys.models import Channel
from surveys.services.simulation import Simulation, simulate_rule
from surveys.triggers.reasons import ASKED, REASONS

TRIED_DAYS = 30


class TryOut:
    """Part of the trigger rule's admin page."""

    def tryout_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.try_page))
        return [path("<int:object_id>/try/", view, name="surveys_triggerrule_try")]

    def try_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Nothing is saved here; 0 stands for a rule that has no row yet."""
        rule = self.get_object(request, str(object_id)) if object_id else None
        if not (self.has_change_permission(request, rule) if rule else self.has_add_permission(request)):
            raise PermissionDenied
        form = self.get_form(request, rule, change=rule is not None)(request.POST, instance=rule)
        formsets, _inlines = self._create_formsets(request, form.instance, change=rule is not None)
        context = {"days": TRIED_DAYS, "form": form}
        if all([form.is_valid(), *(formset.is_valid() for formset in formsets)]):
            rows = [row for formset in formsets for row in formset.forms if not row.cleaned_data.get("DELETE")]
            now = timezone.now()
            tried = simulate_rule(
                form.instance,
                since=now - timedelta(days=TRIED_DAYS),
                until=now,
                conditions=[row.instance for row in rows if row.instance.field],
            )
            context |= {"tried": tried, "lines": _lines(tried), "channels": _channels(tried)}
        return TemplateResponse(request, "admin/surveys/triggerrule/_tried.html", context)


def _lines(tried: Simulation) -> list[tuple[object, int, float]]:
    """Reason, number and share of all events in percent, the asked ones first."""
    order = sorted(tried.reasons.items(), key=lambda item: (item[0] != ASKED, -item[1]))
    return [(REASONS[reason], number, 100 * number / tried.events) for reason, number in order]


def _channels(tried: Simulation) -> str:
    return ", ".join(f"{Channel(channel).label}: {number}" for channel, number in tried.channels.items())
