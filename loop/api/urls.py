from django.urls import re_path
from rest_framework.routers import SimpleRouter

from loop.api.cases import CasesView
from loop.api.channels import ChannelsView
from loop.api.effect import EffectView
from loop.api.inbound import InboundMailView
from loop.api.tickets import TicketView

router = SimpleRouter(trailing_slash=False)
router.register("cases", CasesView, basename="case")
urlpatterns = [
    re_path(r"^inbound/mail/?$", InboundMailView.as_view(), name="inbound_mail"),  # a redirected POST loses its body
    re_path(r"^channels/?$", ChannelsView.as_view(), name="channels"),
    re_path(r"^effect/?$", EffectView.as_view(), name="effect"),
    re_path(r"^cases/(?P<code>[0-9A-Z]+)/external/?$", TicketView.as_view(), name="case_external"),
    *router.urls,
]
