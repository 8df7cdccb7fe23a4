from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminURLInputWidget

from loop.models import News, ReceivedMail, WebhookCall, WebhookEndpoint
from loop.services.webhooks import create_endpoint, repeat_call, rotate_secret, send_test
from vocplatform.lib.adminpages import Page, ReadOnlyPage, note_in_history
from vocplatform.lib.outward import NotOutside, check_outside

CHOICES = [(news.value, news.label) for news in News if news != News.TEST]
CALL_COLOURS = {"sent": "success", "failed": "danger", "queued": "info", "sending": "info", "dropped": "warning"}


class EndpointForm(forms.ModelForm):
    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=_("Where we post to. It must begin with https:// and lead outside your network."),
    )
    news = forms.MultipleChoiceField(
        label=_("Is told"),
        choices=CHOICES,
        initial=[News.OPENED, News.MOVED],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["name", "url", "style", "news", "is_active"]

    def clean_url(self):
        try:
            check_outside(self.cleaned_data["url"])
        except NotOutside as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return self.cleaned_data["url"]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(Page):
    """The secret is shown once, on the page that answers its making."""

    form = EndpointForm
    list_display = ["name", "url", "style", "shown_state", "last_taken_at"]
    list_filter = ["is_active", "style"]
    search_fields = ["name", "url"]
    fields = ["name", "url", "style", "news", "is_active"]
    change_form_outer_after_template = "admin/loop/webhookendpoint/after.html"

    def get_fields(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> list[str]:
        seen = ["shown_state", "stopped_reason", "rests_until", "last_taken_at", "old_until"]
        return [*self.fields, *seen] if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> list[str]:
        return self.get_fields(request, obj)[len(self.fields) :]

    def get_urls(self) -> list[URLPattern]:
        ways = [
            path(
                f"<int:object_id>/{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"loop_webhookendpoint_{name}",
            )
            for name, view in (("rotate", self.rotate), ("test", self.test))
        ]
        return [*ways, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: EndpointForm, change: bool) -> None:
        if change:
            obj.stopped_reason = "" if obj.is_active else obj.stopped_reason
            super().save_model(request, obj, form, change)
            return
        said = form.cleaned_data
        row, request.new_secret = create_endpoint(
            name=said["name"], url=said["url"], style=said["style"], news=said["news"], actor=request.user
        )
        obj.pk = row.pk

    def response_add(self, request: HttpRequest, obj: WebhookEndpoint, post_url_continue: str | None = None):
        return self._made(request, obj, request.new_secret)

    def rotate(self, request: HttpRequest, object_id: int) -> HttpResponse:
        endpoint = self._changeable(request, object_id)
        secret = rotate_secret(endpoint.pk, now=timezone.now())
        note_in_history(request, endpoint, str(_("A new secret was made.")))
        return self._made(request, endpoint, secret)

    def test(self, request: HttpRequest, object_id: int) -> HttpResponse:
        endpoint = self._changeable(request, object_id)
        call = send_test(endpoint.pk, now=timezone.now())
        messages.success(request, _("The test call is on its way; this page says what the receiver answered."))
        return redirect("admin:loop_webhookcall_change", call.pk)

    @display(description=_("state"), label={"active": "success", "stopped": "danger"})
    def shown_state(self, endpoint: WebhookEndpoint) -> tuple[str, str]:
        return ("active", _("active")) if endpoint.is_active else ("stopped", _("stopped"))

    def _changeable(self, request: HttpRequest, object_id: int) -> WebhookEndpoint:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(WebhookEndpoint, pk=object_id)

    def _made(self, request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
        """Shown in the answer itself: a message would travel through a cookie."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The new secret"),
            "endpoint": endpoint,
            "secret": secret,
        }
        response = TemplateResponse(request, "admin/loop/webhookendpoint/made.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response


@admin.register(WebhookCall)
class WebhookCallAdmin(ReadOnlyPage):
    """The log: what was told to whom, how often it was tried and what was answered."""

    list_display = ["created_at", "endpoint", "news", "shown_status", "attempts", "answered_status", "due_at"]
    list_filter = ["status", "endpoint", "news"]
    list_select_related = ["endpoint"]
    search_fields = ["reference", "case__code"]
    change_form_outer_after_template = "admin/loop/webhookcall/after.html"
    fields = [
        "endpoint",
        "news",
        "reference",
        "body",
        "status",
        "attempts",
        "answered_status",
        "last_error",
        "created_at",
        "due_at",
        "sent_at",
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.repeat))
        return [path("<int:object_id>/repeat/", view, name="loop_webhookcall_repeat"), *super().get_urls()]

    def repeat(self, request: HttpRequest, object_id: int) -> HttpResponse:
        if not request.user.has_perm("loop.change_webhookcall"):
            raise PermissionDenied
        call = get_object_or_404(WebhookCall, pk=object_id)
        if repeat_call(call.pk, now=timezone.now()):
            messages.success(request, _("It is sent again under the same id."))
        else:
            messages.warning(request, _("This call is under way already, or what it said was erased."))
        return redirect("admin:loop_webhookcall_change", call.pk)

    @display(description=_("status"), label=CALL_COLOURS, ordering="status")
    def shown_status(self, call: WebhookCall) -> tuple[str, str]:
        return call.status, call.get_status_display()


@admin.register(ReceivedMail)
class ReceivedMailAdmin(ReadOnlyPage):
    """What became of each mail to the reply address; what it said stands in its case."""

    list_display = ["received_at", "outcome", "case"]
    list_filter = ["outcome"]
    list_select_related = ["case"]
    search_fields = ["case__code"]
    fields = ["received_at", "outcome", "case"]
