from django.urls import path
from rest_framework.routers import SimpleRouter

from feedback.api.metrics import MetricsView
from feedback.api.questions import QuestionsView
from feedback.api.responses import ResponsesView
from feedback.api.themes import ThemesView

router = SimpleRouter(trailing_slash=False)
router.register("responses", ResponsesView, basename="response")
urlpatterns = [
    path("metrics", MetricsView.as_view(), name="metrics"),
    path("questions", QuestionsView.as_view(), name="api_questions"),
    path("themes", ThemesView.as_view(), name="api_themes"),
    *router.urls,
]
