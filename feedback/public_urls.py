"""The customers' addresses. They are resolved by themselves, so that no staff page stands in their way."""

from django.urls import path

from feedback.views import answer

urlpatterns = [
    path("s/<str:token>/", answer.personal, name="answer"),
    path("s/<str:token>", answer.personal),
    path("s/<str:token>/thanks/", answer.personal_thanks, name="answer_thanks"),
    path("c/<str:code>/", answer.collection, name="collection"),
    path("c/<str:code>", answer.collection),
    path("c/<str:code>/thanks/", answer.collection_thanks, name="collection_thanks"),
]
