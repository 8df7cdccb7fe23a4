from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from loop.forms.customers import CustomerSearch
from loop.models import Case
from loop.reports.risk import standing_of
from loop.timeline import PAGE, timeline_of
from surveys.models import Customer, CustomerAddress
from vocplatform.lib.doors import open_to

ROWS = 50


@require_safe
@open_to("surveys.view_customer")
def customers(request: HttpRequest) -> HttpResponse:
    search = CustomerSearch(request.GET)
    text = search.text
    found = Customer.objects.present().filter(_matching(text) if text else Q())
    page = Paginator(_with_rows(found, request.user), ROWS).get_page(request.GET.get("page"))
    return render(request, "loop/customers.html", {"search": search, "page": page})


@require_safe
@open_to("surveys.view_customer")
def customer_page(request: HttpRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.prefetch_related("addresses"), pk=pk)
    entries = timeline_of(customer, reader=request.user, before=_moment(request.GET.get("before", "")))
    cases = Case.objects.visible_to(request.user).filter(customer=customer).select_related("touchpoint", "owner")
    context = {
        "now": timezone.now(),
        "customer": customer,
        "entries": entries,
        "older": entries[-1].at.isoformat() if len(entries) >= PAGE else "",
        "cases": cases.open().by_breach_risk(),
        "standing": standing_of(customer),
    }
    return render(request, "loop/customer.html", context)


def _matching(text: str) -> Q:
    reached = CustomerAddress.objects.filter(customer=OuterRef("pk"), address__icontains=text)
    return Q(name__icontains=text) | Q(external_id__iexact=text) | Exists(reached)


def _with_rows(customers: QuerySet[Customer], user) -> QuerySet[Customer]:
    mine = Case.objects.visible_to(user).open().filter(customer=OuterRef("pk"))
    return customers.annotate(has_open_case=Exists(mine), answers=Count("responses")).order_by("-pk")


def _moment(text: str):
    try:
        return parse_datetime(text)
    except ValueError:
        return None
