from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import TabularInline
from unfold.decorators import display

from surveys.models import Delivery, Invitation
from surveys.services.deliveries import requeue_delivery
from surveys.services.invitations import withdraw_invitation
from vocplatform.lib.adminpages import ReadOnlyPage, note_in_history

COLOURS = {"answered": "success", "issued": "info", "expired": "", "withdrawn": "warning"}
DELIVERY_COLOURS = {
    "sent": "success",
    "queued": "info",
    "sending": "info",
    "failed": "danger",
    "unknown": "warning",
    "dropped": "",
}


class DeliveryInline(TabularInline):
    model = Delivery
    fields = ["kind", "channel", "status", "due_at", "sent_at", "attempts", "outcome", "last_error"]
    readonly_fields = fields
    extra = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyPage):
    """The link itself is not shown: whoever holds it answers in the customer's name."""

    list_display = ["pk", "customer", "touchpoint", "shown_survey", "channel", "shown_status", "due_at", "answered_at"]
    list_filter = ["status", "channel", "touchpoint", "version__survey", "is_test"]
    list_select_related = ["customer", "touchpoint", "version__survey"]
    search_fields = ["customer__external_id", "customer__name"]
    date_hierarchy = "created_at"
    inlines = [DeliveryInline]
    change_form_outer_after_template = "admin/surveys/invitation/after.html"
    fields = [
        "customer",
        "version",
        "touchpoint",
        "rule",
        "event",
        "channel",
        "status",
        "due_at",
        "expires_at",
        "answered_at",
        "remind_at",
        "is_test",
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.withdraw))
        return [path("<int:object_id>/withdraw/", view, name="surveys_invitation_withdraw"), *super().get_urls()]

    def withdraw(self, request: HttpRequest, object_id: int) -> HttpResponse:
        invitation = get_object_or_404(Invitation, pk=object_id)
        if not request.user.has_perm("surveys.change_invitation"):
            raise PermissionDenied
        reason = gettext("withdrawn by %s") % request.user
        if withdraw_invitation(invitation.pk, reason=reason, now=timezone.now()):
            note_in_history(request, invitation, str(_("Withdrawn.")))
            messages.success(request, _("Withdrawn: the link is closed and nothing more is sent."))
        return redirect("admin:surveys_invitation_change", invitation.pk)

    @display(description=_("survey"), ordering="version__survey__name")
    def shown_survey(self, invitation: Invitation) -> str:
        return str(invitation.version)

    @display(description=_("status"), label=COLOURS)
    def shown_status(self, invitation: Invitation) -> tuple[str, str]:
        return invitation.status, invitation.get_status_display()


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyPage):
    list_display = ["pk", "kind", "channel", "shown_status", "due_at", "sent_at", "attempts", "outcome", "last_error"]
    list_filter = ["status", "channel", "kind", "outcome"]
    search_fields = ["message_id", "address"]
    date_hierarchy = "created_at"
    change_form_outer_after_template = "admin/surveys/delivery/after.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.retry))
        return [path("<int:object_id>/retry/", view, name="surveys_delivery_retry"), *super().get_urls()]

    def retry(self, request: HttpRequest, object_id: int) -> HttpResponse:
        delivery = get_object_or_404(Delivery, pk=object_id)
        if not request.user.has_perm("surveys.change_invitation"):
            raise PermissionDenied
        if requeue_delivery(delivery.pk, now=timezone.now()):
            note_in_history(request, delivery, str(_("Put back into the line.")))
            messages.success(request, _("The message is tried again."))
        return redirect("admin:surveys_delivery_change", delivery.pk)

    @display(description=_("status"), label=DELIVERY_COLOURS)
    def shown_status(self, delivery: Delivery) -> tuple[str, str]:
        return delivery.status, delivery.get_status_display()
