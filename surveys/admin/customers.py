from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from surveys.models import AddressConflict, Consent, Customer, CustomerAddress, Decision, Suppression
from surveys.services.addresses import BadAddress, is_suppressed, lift_suppression, normalise_address
from surveys.services.consent import record_consent
from surveys.services.erasure import erase_customer
from vocplatform.lib.adminpages import Page, ReadOnlyPage, note_in_history, table

SHOWN_DECISIONS = 20


class AddressForm(forms.ModelForm):
    class Meta:
        model = CustomerAddress
        fields = ["channel", "address", "is_primary", "bounced_at"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("channel") and cleaned.get("address"):
            try:
                cleaned["address"] = normalise_address(cleaned["channel"], cleaned["address"])
            except BadAddress as problem:
                self.add_error("address", str(problem))
        return cleaned


class AddressInline(TabularInline):
    model = CustomerAddress
    form = AddressForm
    extra = 0
    hide_title = True
    readonly_fields = ["bounced_at", "shown_suppressed"]
    fields = ["channel", "address", "is_primary", "shown_suppressed", "bounced_at"]

    @display(description=_("never written to"), boolean=True)
    def shown_suppressed(self, row: CustomerAddress) -> bool:
        return bool(row.pk) and is_suppressed(row.channel, row.address)


class ConsentInline(TabularInline):
    """What was said stays; a change of mind is a new line."""

    model = Consent
    extra = 0
    hide_title = True
    fields = ["channel", "status", "wording", "source", "recorded_at"]
    readonly_fields = ["recorded_at"]
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False


@admin.register(Customer)
class CustomerAdmin(Page):
    list_display = ["__str__", "external_id", "locale", "preferred_channel", "annual_value", "is_holdout", "erased_at"]
    list_filter = ["preferred_channel", "is_holdout", ("erased_at", admin.EmptyFieldListFilter)]
    search_fields = ["external_id", "name", "addresses__address"]
    inlines = [AddressInline, ConsentInline]
    readonly_fields = ["erased_at", "shown_decisions"]
    change_form_outer_after_template = "admin/surveys/customer/after.html"
    fieldsets = [
        (None, {"fields": ["external_id", "name", ("locale", "time_zone"), "preferred_channel"]}),
        (_("What we know"), {"fields": ["annual_value", "account_owner", "attributes", "is_holdout", "erased_at"]}),
        (_("Why was she (not) asked?"), {"fields": ["shown_decisions"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.erase_page)
        return [path("<int:object_id>/erase/", view, name="surveys_customer_erase"), *super().get_urls()]

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        """A row that goes takes the numbers with it; people are forgotten by erasing."""
        return False

    def may_erase(self, request: HttpRequest) -> bool:
        return request.user.has_perm("surveys.delete_customer")

    def render_change_form(self, request, context, *args, obj: Customer | None = None, **kwargs):
        context["may_erase"] = obj is not None and obj.erased_at is None and self.may_erase(request)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_formset(self, request, form, formset, change) -> None:
        if formset.model is not Consent:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        for said in formset.new_objects:
            source = said.source or str(_("entered by %s") % request.user)
            record_consent(
                form.instance, said.channel, said.status, now=timezone.now(), wording=said.wording, source=source[:100]
            )

    def erase_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=object_id)
        if not self.may_erase(request):
            raise PermissionDenied
        if request.method == "POST":
            forgotten = erase_customer(customer.pk, now=timezone.now())
            note_in_history(request, forgotten, str(_("Erased on request.")))
            messages.success(request, _("Forgotten: what names the customer is gone, what counts has stayed."))
            return redirect("admin:surveys_customer_change", customer.pk)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "customer": customer}
        return TemplateResponse(
            request, "admin/surveys/customer/erase.html", context | {"title": _("Forget this customer")}
        )

    @display(description=_("the last decisions"))
    def shown_decisions(self, customer: Customer) -> str:
        decisions = Decision.objects.filter(event__customer=customer).select_related("rule", "event__touchpoint")
        return decision_table(decisions[:SHOWN_DECISIONS]) or _("No event of this customer has met a rule yet.")


def decision_table(decisions) -> str:
    rows = [
        (
            date_format(timezone.localtime(decision.decided_at), "SHORT_DATETIME_FORMAT"),
            decision.event.touchpoint,
            decision.rule,
            decision.get_outcome_display(),
            decision.sentence,
            format_html(
                '<a href="{}">{}</a>', reverse("admin:surveys_decision_change", args=[decision.pk]), _("every check")
            ),
        )
        for decision in decisions
    ]
    return table([_("when"), _("touchpoint"), _("rule"), "", _("why"), ""], rows) if rows else ""


class LiftForm(forms.ModelForm):
    lifted_note = forms.CharField(
        label=_("Why it is lifted"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: asked for it again by phone on 3 March. The address may be written to from then on."),
    )

    class Meta:
        model = Suppression
        fields = ["lifted_note"]


@admin.register(Suppression)
class SuppressionAdmin(Page):
    """Entered by opt-outs, bounces and complaints; lifted only for a written reason."""

    form = LiftForm
    list_display = ["channel", "reason", "shown_digest", "created_at", "lifted_at"]
    list_filter = ["channel", "reason", ("lifted_at", admin.EmptyFieldListFilter)]
    fields = ["channel", "reason", "shown_digest", "created_at", "lifted_at", "lifted_note"]
    readonly_fields = ["channel", "reason", "shown_digest", "created_at", "lifted_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        is_over = obj is not None and (obj.lifted_at is not None or obj.reason == Suppression.Reason.ERASED)
        return super().has_change_permission(request, obj) and not is_over

    def save_model(self, request: HttpRequest, obj: Suppression, form: LiftForm, change: bool) -> None:
        lift_suppression(obj.pk, note=form.cleaned_data["lifted_note"][:300], now=timezone.now())

    @display(description=_("fingerprint of the address"))
    def shown_digest(self, suppression: Suppression) -> str:
        return f"{suppression.address_digest[:12]}…"


@admin.register(AddressConflict)
class AddressConflictAdmin(ReadOnlyPage):
    list_display = ["address", "channel", "customer", "holder", "created_at", "settled_at"]
    list_filter = ["channel", ("settled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["customer", "holder"]
    search_fields = ["address"]
