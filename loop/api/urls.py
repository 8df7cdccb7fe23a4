from rest_framework.routers import SimpleRouter

from loop.api.cases import CasesView

router = SimpleRouter(trailing_slash=False)
router.register("cases", CasesView, basename="case")
urlpatterns = router.urls
