from django.urls import path

from surveys.views import links, preview
from surveys.views.unsubscribe import unsubscribe

urlpatterns = [
    path("surveys/preview/", preview.preview_draft, name="survey_preview_draft"),
    path("surveys/<int:pk>/preview/", preview.preview_survey, name="survey_preview"),
    path("surveys/versions/<int:pk>/preview/", preview.preview_version, name="survey_preview_version"),
    path("c/<str:code>/qr.svg", links.qr_svg, name="qr_svg"),
    path("c/<str:code>/qr.png", links.qr_png, name="qr_png"),
    path("c/<str:code>/poster.pdf", links.poster, name="qr_poster"),
    path("u/<str:token>/", unsubscribe, name="unsubscribe"),
    path("u/<str:token>", unsubscribe),
]
