from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.admin import StackedInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from feedback.models import Theme, ThemeMention, ThemeRule, ThemeSuggestion
from feedback.services.rehearsal import try_words
from feedback.services.taxonomy import load_pack, note_change
from feedback.themes.packs import NoSuchPack, packs
from vocplatform.lib.adminpages import Page, ReadOnlyPage, note_in_history


class RuleForm(forms.ModelForm):
    class Meta:
        model = ThemeRule
        fields = ["language", "words"]
        widgets = {"words": UnfoldAdminTextareaWidget(attrs={"rows": 8, "spellcheck": "false"})}


class RuleInline(StackedInline):
    model = ThemeRule
    form = RuleForm
    extra = 0
    hide_title = True
    verbose_name_plural = _("The words by which it is found")

    def get_extra(self, request: HttpRequest, obj: Theme | None = None, **kwargs) -> int:
        return 0 if obj and obj.rules.exists() else 1


@admin.register(Theme)
class ThemeAdmin(Page):
    """Whatever is saved here, all comments are searched again, from the newest to the oldest."""

    list_display = ["shown_name", "owner_team", "shown_active", "shown_words", "position"]
    list_filter = ["is_active", "owner_team", ("owner_team", admin.EmptyFieldListFilter)]
    list_select_related = ["parent", "owner_team"]
    search_fields = ["name", "slug", "rules__words"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [RuleInline]
    actions_list = ["from_pack"]
    change_form_outer_after_template = "admin/feedback/theme/after.html"
    fields = ["name", "slug", "parent", "description", "owner_team", ("is_active", "position")]

    class Media:
        js = ["voc/admin/tryout.js"]

    def get_urls(self) -> list[URLPattern]:
        pages = [("<int:object_id>/try/", self.try_page, "try"), ("pack/", self.load, "load")]
        own = [
            path(route, self.admin_site.admin_view(require_POST(view)), name=f"feedback_theme_{name}")
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).in_order().prefetch_related("rules")

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            kwargs["queryset"] = Theme.objects.filter(parent__isnull=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Theme | None = None) -> list[str]:
        """Addresses and files name a theme by its short name."""
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Theme | None = None) -> dict:
        return {} if obj else self.prepopulated_fields

    def has_delete_permission(self, request: HttpRequest, obj: Theme | None = None) -> bool:
        """A theme that was spoken of stays for its figures; it can be switched off."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not (obj.mentions.exists() or obj.children.exists()))

    def render_change_form(self, request, context, *args, obj: Theme | None = None, **kwargs):
        may_edit = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        context["try_url"] = reverse("admin:feedback_theme_try", args=[obj.pk if obj else 0]) if may_edit else ""
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            note_change(now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Theme) -> None:
        super().delete_model(request, obj)
        note_change(now=timezone.now())

    @action(description=_("Load an industry"), icon="library_add", url_path="packs", permissions=["add"])
    def from_pack(self, request: HttpRequest) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Themes to begin with"),
            "packs": packs(),
            "known": set(Theme.objects.values_list("slug", flat=True)),
        }
        return TemplateResponse(request, "admin/feedback/theme/packs.html", context)

    def load(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            made = load_pack(request.POST.get("pack", ""), now=timezone.now())
        except NoSuchPack as problem:
            raise Http404 from problem
        for theme in made:
            note_in_history(request, theme, str(_("Loaded with an industry.")))
        messages.success(request, ngettext("%d theme was added.", "%d themes were added.", len(made)) % len(made))
        return redirect("admin:feedback_theme_changelist")

    def try_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Nothing is saved here; 0 stands for a theme that has no row yet."""
        theme = self.get_object(request, str(object_id)) if object_id else None
        if not (self.has_change_permission(request, theme) if theme else self.has_add_permission(request)):
            raise PermissionDenied
        words = [
            (request.POST.get(f"rules-{place}-language", ""), request.POST.get(f"rules-{place}-words", ""))
            for place in range(min(int(request.POST.get("rules-TOTAL_FORMS") or 0), 20))
            if not request.POST.get(f"rules-{place}-DELETE")
        ]
        return TemplateResponse(request, "admin/feedback/theme/_tried.html", {"tried": try_words(words)})

    @display(description=_("theme"))
    def shown_name(self, theme: Theme) -> str:
        return format_html("<span>— {}</span>", theme.name) if theme.parent_id else theme.name

    @display(description=_("active"), boolean=True)
    def shown_active(self, theme: Theme) -> bool:
        return theme.is_active

    @display(description=_("words"))
    def shown_words(self, theme: Theme) -> str:
        return ", ".join(rule.language or "*" for rule in theme.rules.all()) or "–"


@admin.register(ThemeMention)
class ThemeMentionAdmin(ReadOnlyPage):
    list_display = ["answer", "theme", "label", "compound", "rule", "taxonomy_version"]
    list_filter = ["theme", "label", "taxonomy_version"]
    list_select_related = ["answer", "theme__parent", "rule__theme__parent"]


@admin.register(ThemeSuggestion)
class ThemeSuggestionAdmin(ReadOnlyPage):
    list_display = ["phrase", "status", "mentions", "comments", "mentions_before", "comments_before", "z", "theme"]
    list_filter = ["status"]
    list_select_related = ["theme__parent"]
