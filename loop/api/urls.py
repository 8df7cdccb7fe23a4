from django.urls import re_path
from rest_framework.routers import SimpleRouter

from loop.api.cases import CasesView
from loop.api.inbound import InboundMailView

router = SimpleRouter(trailing_slash=False)
router.register("cases", CasesView, basename="case")
urlpatterns = [
    re_path(r"^inbound/mail/?$", InboundMailView.as_view(), name="inbound_mail"),  # a redirected POST loses its body
    *router.urls,
]
