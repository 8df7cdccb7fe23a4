from django.urls import re_path
from rest_framework.routers import SimpleRouter

from surveys.api.customers import CustomersView
from surveys.api.events import EventsView
from surveys.api.mail_reports import webhook_urls
from surveys.api.surveys import SurveysView

router = SimpleRouter(trailing_slash=False)
router.register("customers", CustomersView, basename="customer")
router.register("surveys", SurveysView, basename="survey")
urlpatterns = [
    re_path(r"^events/?$", EventsView.as_view(), name="events"),  # a redirected POST would lose its body
    *webhook_urls(),
    *router.urls,
]
