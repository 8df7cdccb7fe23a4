"""What all pages of the admin have in common."""

from collections.abc import Iterable

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.db.models import ManyToManyField, Model, TextField
from django.forms import Field
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

SHORT_TEXTS = {TextField: {"widget": UnfoldAdminExpandableTextareaWidget(attrs={"rows": 2})}}


class SentAgain(AutocompleteSelectMultiple):
    """Shows again what was sent; Django's own fails over what is no key of a row."""

    def optgroups(self, name: str, value: Iterable, attr: dict | None = None) -> list:
        keys = [key for key in map(str, value) if key.isascii() and key.isdecimal() and len(key) < 10]
        return super().optgroups(name, keys, attr)


class Page(ModelAdmin):
    formfield_overrides = SHORT_TEXTS
    list_per_page = 50
    list_filter_sheet = False

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs) -> Field | None:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = SentAgain(db_field.remote_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ReadOnlyPage(Page):
    """Rows that only services write."""

    actions = None
    show_full_result_count = False  # a count over a million rows costs more than it tells

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def note_in_history(request: HttpRequest, row: Model, words: str) -> None:
    """One line in the row's admin history, for what is not a saved form."""
    LogEntry.objects.log_actions(request.user.pk, [row], CHANGE, words, single_object=True)


def table(heads: Iterable, rows: Iterable[Iterable]) -> SafeString:
    """A small table of plain values, escaped."""
    head = format_html_join("", "<th>{}</th>", ((head,) for head in heads))
    body = format_html_join(
        "", "<tr>{}</tr>", ((format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),) for row in rows)
    )
    shape = '<table class="voc-table voc-flow"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    return format_html(f'<div class="voc-scroll">{shape}</div>', head, body)
