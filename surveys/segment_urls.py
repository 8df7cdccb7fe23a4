"""Where analytics libraries post to, with and without a last slash: a redirected POST would lose its body."""

from django.urls import re_path

from surveys.api.segment import LONG_NAMES, SegmentView

urlpatterns = [
    re_path(rf"^{name}/?$", SegmentView.as_view(), {"kind": kind}, name=f"segment_{name}")
    for name, kind in LONG_NAMES.items()
]
