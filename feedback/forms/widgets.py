from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class PlainSelect(forms.Select):
    """Django's select without a template for each option: a page of filters has hundreds of options."""

    def render(self, name: str, value: object, attrs: dict | None = None, renderer=None) -> SafeString:
        shown = {**self.attrs, **(attrs or {}), "name": name}
        chosen = str(value or "")
        return format_html(
            "<select{}>{}</select>",
            format_html_join("", ' {}="{}"', shown.items()),
            format_html_join("", "{}", ((self._choice(key, words, chosen),) for key, words in self.choices)),
        )

    def _choice(self, key: object, words: object, chosen: str) -> SafeString:
        if isinstance(words, list | tuple):
            options = format_html_join("", "{}", ((self._choice(*pair, chosen),) for pair in words))
            return format_html('<optgroup label="{}">{}</optgroup>', key, options)
        mark = SafeString(" selected") if str(key) == chosen else ""
        return format_html('<option value="{}"{}>{}</option>', key, mark, words)
