"""The API's doors in one table; each floor brings its own."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from surveys.api import schema  # noqa: F401  registers how our pieces are described

urlpatterns = [
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="openapi"), name="api_docs"),
    path("", include("surveys.api.urls")),
    path("", include("feedback.api.urls")),
    path("", include("loop.api.urls")),
]
