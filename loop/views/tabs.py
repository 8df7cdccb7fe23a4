"""The row of views above the inbox: the built-in ones and those that people keep, each with its count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise

from loop.forms.inbox import InboxFilter
from loop.inbox import VIEW_BY_KEY, VIEWS, View, counts_of
from loop.models import Case, InboxView


@dataclass(frozen=True, slots=True)
class Tab:
    title: str | Promise
    href: str
    count: int
    is_here: bool
    is_alarming: bool = False
    is_kept: bool = False
    go: str = ""


@dataclass(frozen=True, slots=True)
class Tabs:
    shown: Sequence[Tab]
    counts: dict[str, int]
    kept: InboxView | None  # the one that is being looked at


@dataclass(frozen=True, slots=True)
class Kept:
    view: InboxView
    condition: Q
    filters: InboxFilter

    @property
    def is_counted_with_the_rest(self) -> bool:
        return not self.filters.looks_at_ended and not self.filters.looks_for_words


def view_named(query: QueryDict) -> View:
    return VIEW_BY_KEY.get(query.get("view", ""), VIEWS[0])


def address_of(view: InboxView) -> str:
    """The inbox with the filters of the view, and the view's name, in its address."""
    return f"{reverse('loop:inbox')}?{view.query}{'&' if view.query else ''}saved={view.code}"


def tabs_for(request: HttpRequest, *, now: datetime) -> Tabs:
    here, kept = request.GET.get("saved", ""), _kept_by(request, now=now)
    together = {each.view.code: each.condition for each in kept if each.is_counted_with_the_rest}
    counts = counts_of(request.user, now=now, more=together)
    counts |= {each.view.code: _counted(request, each) for each in kept if each.view.code not in together}
    known = next((each.view for each in kept if each.view.code == here), None)
    built_in = [_built_in(view, counts, is_here=known is None and view == view_named(request.GET)) for view in VIEWS]
    own = [
        Tab(each.view.name, address_of(each.view), counts[each.view.code], each.view == known, is_kept=True)
        for each in kept
    ]
    return Tabs([*built_in, *own], counts, known)


def _built_in(view: View, counts: dict[str, int], *, is_here: bool) -> Tab:
    href = f"{reverse('loop:inbox')}?view={view.key}"
    return Tab(view.title, href, counts[view.key], is_here, view.is_alarming, go=view.key_of_way)


def _kept_by(request: HttpRequest, *, now: datetime) -> list[Kept]:
    """A view that names what this reader may not see, or what is gone, is not offered: it would show other cases."""
    views = InboxView.objects.open_to(request.user)
    return [kept for kept in (_read(view, request, now=now) for view in views) if not kept.filters.errors]


def _read(view: InboxView, request: HttpRequest, *, now: datetime) -> Kept:
    query = QueryDict(view.query)
    filters = InboxFilter(query, user=request.user)
    filters.full_clean()
    return Kept(view, view_named(query).condition(request.user, now) & filters.condition(), filters)


def _counted(request: HttpRequest, kept: Kept) -> int:
    cases = Case.objects.visible_to(request.user)
    return (cases if kept.filters.looks_at_ended else cases.open()).filter(kept.condition).count()
