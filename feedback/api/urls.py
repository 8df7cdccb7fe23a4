from django.urls import path
from rest_framework.routers import SimpleRouter

from feedback.api.metrics import MetricsView
from feedback.api.responses import ResponsesView

router = SimpleRouter(trailing_slash=False)
router.register("responses", ResponsesView, basename="response")
urlpatterns = [path("metrics", MetricsView.as_view(), name="metrics"), *router.urls]
