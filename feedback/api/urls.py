from rest_framework.routers import SimpleRouter

from feedback.api.responses import ResponsesView

router = SimpleRouter(trailing_slash=False)
router.register("responses", ResponsesView, basename="response")
urlpatterns = router.urls
