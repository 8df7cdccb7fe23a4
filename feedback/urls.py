from django.urls import path

from feedback.views import answer, dashboard, responses

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/figures.csv", responses.figures_csv, name="figures_csv"),
    path("journeys/", dashboard.journey_map, name="journey_map"),
    path("journeys/<slug:slug>/", dashboard.journey_map, name="journey_map"),
    path("responses/", responses.responses, name="responses"),
    path("responses/export.csv", responses.responses_csv, name="responses_csv"),
    path("responses/<int:pk>/", responses.response, name="response"),
    path("s/<str:token>/", answer.personal, name="answer"),
    path("s/<str:token>", answer.personal),
    path("s/<str:token>/thanks/", answer.personal_thanks, name="answer_thanks"),
    path("c/<str:code>/", answer.collection, name="collection"),
    path("c/<str:code>", answer.collection),
    path("c/<str:code>/thanks/", answer.collection_thanks, name="collection_thanks"),
]
