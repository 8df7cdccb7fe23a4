from django.urls import include, path

from feedback.views import dashboard, responses

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/figures.csv", responses.figures_csv, name="figures_csv"),
    path("journeys/", dashboard.journey_map, name="journey_map"),
    path("journeys/<slug:slug>/", dashboard.journey_map, name="journey_map"),
    path("responses/", responses.responses, name="responses"),
    path("responses/export.csv", responses.responses_csv, name="responses_csv"),
    path("responses/<int:pk>/", responses.response, name="response"),
    path("", include("feedback.public_urls")),
]
