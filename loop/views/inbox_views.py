"""How people keep the inbox as they look at it: name it, share it, change it, remove it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loop.forms.inbox_views import InboxViewForm
from loop.models import InboxView
from loop.services.inbox_views import remove_inbox_view, save_inbox_view
from loop.views.tabs import address_of
from vocplatform.lib.doors import open_to


@open_to("loop.work_case")
def inbox_view_new(request: HttpRequest) -> HttpResponse:
    """The address of this page is that of the inbox, so that what is kept is what was looked at."""
    form = InboxViewForm(
        request.POST or None,
        instance=InboxView(owner=request.user),
        actor=request.user,
        initial={"query": request.GET.urlencode()},
    )
    return _edit(request, form, title=_("Keep this view"))


@open_to("loop.work_case")
def inbox_view_change(request: HttpRequest, code: str) -> HttpResponse:
    view = get_object_or_404(InboxView, code=code.upper(), owner=request.user)
    return _edit(
        request, InboxViewForm(request.POST or None, instance=view, actor=request.user), title=_("Change a view")
    )


@require_POST
@open_to("loop.work_case")
def inbox_view_remove(request: HttpRequest, code: str) -> HttpResponse:
    view = get_object_or_404(InboxView, code=code.upper(), owner=request.user)
    remove_inbox_view(view.pk)
    messages.success(request, _("“%s” is removed.") % view.name)
    return redirect(f"{reverse('loop:inbox')}?view=mine")


def _edit(request: HttpRequest, form: InboxViewForm, *, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        view = form.save(commit=False)
        save_inbox_view(view, first_for=form.cleaned_data.get("first_for", view.first_for))
        messages.success(request, _("“%s” is saved.") % view.name)
        return redirect(address_of(view))
    back = f"{reverse('loop:inbox')}?{form['query'].value() or ''}"
    return render(request, "loop/inbox_view.html", {"form": form, "title": title, "back": back})
