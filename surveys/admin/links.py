from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from surveys.models import CollectionLink
from vocplatform.lib.adminpages import Page


@admin.register(CollectionLink)
class CollectionLinkAdmin(Page):
    list_display = ["name", "touchpoint", "survey", "channel", "shown_url", "is_open"]
    list_filter = ["channel", "is_open", "touchpoint", "survey"]
    list_select_related = ["touchpoint", "survey"]
    search_fields = ["name", "code"]
    fields = ["name", "touchpoint", "survey", "channel", "is_open"]
    change_form_outer_after_template = "admin/surveys/collectionlink/qr.html"

    def get_readonly_fields(self, request: HttpRequest, obj: CollectionLink | None = None) -> list[str]:
        """A printed code must go on meaning the place where it hangs."""
        return ["touchpoint"] if obj else []

    def render_change_form(self, request, context, *args, obj: CollectionLink | None = None, **kwargs):
        context["link_url"] = collection_url(obj) if obj else ""
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @display(description=_("address"))
    def shown_url(self, link: CollectionLink) -> str:
        url = collection_url(link)
        return format_html('<a href="{}">{}</a>', url, url)


def collection_url(link: CollectionLink) -> str:
    return f"{settings.PUBLIC_URL}/c/{link.code}/"
