from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from surveys.models import ApiKey, ImportRun, Source
from surveys.services.api_keys import create_api_key, revoke_api_key
from vocplatform.lib.adminpages import Page, ReadOnlyPage, note_in_history


@admin.register(Source)
class SourceAdmin(Page):
    list_display = ["name", "slug", "shown_keys", "created_at"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug"]

    def get_queryset(self, request: HttpRequest):
        now = timezone.now()
        usable = Q(keys__revoked_at__isnull=True) & (Q(keys__expires_at__isnull=True) | Q(keys__expires_at__gt=now))
        return super().get_queryset(request).annotate(key_count=Count("keys", filter=usable, distinct=True))

    @display(description=_("usable keys"), ordering="key_count")
    def shown_keys(self, source: Source) -> int:
        return source.key_count


class KeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("May"),
        choices=ApiKey.Scope.choices,
        initial=[ApiKey.Scope.EVENTS_WRITE],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("Give a key only what its system needs: a shop that reports orders sends events, nothing more."),
    )

    class Meta:
        model = ApiKey
        fields = ["source", "name", "scopes", "expires_at"]
        help_texts = {
            "name": _("For whoever has to replace the key one day, such as “shop, production”."),
            "expires_at": _("Empty: until it is revoked."),
        }

    def clean_expires_at(self):
        expires_at = self.cleaned_data["expires_at"]
        if expires_at and expires_at <= timezone.now():
            raise forms.ValidationError(_("This moment has passed."))
        return expires_at


@admin.register(ApiKey)
class ApiKeyAdmin(Page):
    """A key is shown once, on the page that answers its making; afterwards only its digest is known."""

    form = KeyForm
    list_display = ["name", "source", "prefix", "shown_state", "created_at", "expires_at", "last_used_at"]
    list_filter = ["source", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["source"]
    search_fields = ["name", "prefix"]
    fields = ["source", "name", "scopes", "expires_at"]
    change_form_outer_after_template = "admin/surveys/apikey/after.html"

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        seen = ["prefix", "shown_scopes", "created_by", "created_at", "expires_at", "last_used_at", "revoked_at"]
        return ["source", "name", *seen] if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        return self.get_fields(request, obj) if obj else []

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.revoke))
        return [path("<int:object_id>/revoke/", view, name="surveys_apikey_revoke"), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """A revoked key stays: who used it when is worth knowing."""
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: KeyForm, change: bool) -> None:
        said = form.cleaned_data
        row, request.new_key = create_api_key(
            said["source"],
            name=said["name"],
            scopes=said["scopes"],
            expires_at=said["expires_at"],
            actor=request.user,
        )
        obj.pk, obj.prefix = row.pk, row.prefix

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """Shown in the answer itself: a message would travel through a cookie."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The new key"),
            "key": obj,
            "secret": request.new_key,
        }
        response = TemplateResponse(request, "admin/surveys/apikey/made.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response

    def revoke(self, request: HttpRequest, object_id: int) -> HttpResponse:
        key = get_object_or_404(ApiKey, pk=object_id)
        if not request.user.has_perm("surveys.change_apikey"):
            raise PermissionDenied
        if revoke_api_key(key.pk, now=timezone.now()):
            note_in_history(request, key, str(_("Revoked.")))
            messages.success(request, _("Revoked: whoever uses this key is refused from now on."))
        return redirect("admin:surveys_apikey_change", key.pk)

    @display(description=_("state"), label={"usable": "success", "expired": "warning", "revoked": "danger"})
    def shown_state(self, key: ApiKey) -> tuple[str, str]:
        if key.revoked_at:
            return "revoked", _("revoked")
        is_over = key.expires_at is not None and key.expires_at <= timezone.now()
        return ("expired", _("expired")) if is_over else ("usable", _("usable"))

    @display(description=_("may"))
    def shown_scopes(self, key: ApiKey) -> str:
        return ", ".join(str(ApiKey.Scope(scope).label) for scope in key.scopes)


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyPage):
    list_display = ["file_name", "kind", "rows_done", "taken", "known", "rejected", "finished_at"]
    list_filter = ["kind", ("finished_at", admin.EmptyFieldListFilter)]
    search_fields = ["file_name"]
