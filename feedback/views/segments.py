from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feedback.analytics.segment_lines import segment_lines
from feedback.models import Segment

PAGE = 50


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def segments(request: HttpRequest) -> HttpResponse:
    rows = Segment.objects.active().prefetch_related("conditions").order_by("-is_persona", "name")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/segments.html", {"page": page, "lines": segment_lines(page.object_list)})
