"""What was deleted in the last 30 days, and the way back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from surveys.models import Discarded, Survey
from surveys.models.discarded import KEPT
from surveys.services import discards as services
from surveys.services.discards import NothingToBringBack
from vocplatform.lib.adminpages import note_in_history

ON_A_PAGE = 50


class DiscardPages:
    """Part of the survey's admin page. Deleting a draft or one of its questions leaves a copy for 30 days."""

    def discard_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.bring_back))
        return [path("deleted/<int:discarded_id>/back/", view, name="surveys_survey_bring_back")]

    def discarded_page(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        rows = Discarded.objects.within_reach(now).select_related("survey", "discarded_by")
        page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "title": _("Deleted in the last 30 days"),
            "page": page,
            "rows": [{"row": row, "until": row.discarded_at + KEPT} for row in page],
        }
        return self._page(request, "deleted", context)

    def bring_back(self, request: HttpRequest, discarded_id: int) -> HttpResponse:
        if not self.has_change_permission(request) or not self.has_add_permission(request):
            raise PermissionDenied
        try:
            survey = services.bring_back(discarded_id, now=timezone.now())
        except NothingToBringBack:
            messages.error(
                request, _("It is not there any more, or a question with the same key is back in the survey already.")
            )
            return redirect("admin:surveys_survey_discarded")
        note_in_history(request, survey, str(_("Brought back what was deleted.")))
        messages.success(request, _("It is back. Nothing is published by this."))
        return redirect("admin:surveys_survey_change", survey.pk)

    def delete_model(self, request: HttpRequest, obj: Survey) -> None:
        services.discard_survey(obj.pk, actor=request.user, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset) -> None:
        for pk in queryset.values_list("pk", flat=True):
            services.discard_survey(pk, actor=request.user, now=timezone.now())
