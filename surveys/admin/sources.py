from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from surveys.models import ApiKey, ImportRun, Source
from vocplatform.lib.adminpages import Page, ReadOnlyPage


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


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyPage):
    list_display = ["name", "source", "prefix", "created_at", "expires_at", "last_used_at", "revoked_at"]


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyPage):
    list_display = ["file_name", "kind", "rows_done", "taken", "known", "rejected", "finished_at"]
    list_filter = ["kind", ("finished_at", admin.EmptyFieldListFilter)]
    search_fields = ["file_name"]
