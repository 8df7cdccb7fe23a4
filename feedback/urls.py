from django.urls import include, path

from feedback.views import dashboard, reading, responses

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/figures.csv", responses.figures_csv, name="figures_csv"),
    path("journeys/", dashboard.journey_map, name="journey_map"),
    path("journeys/<slug:slug>/", dashboard.journey_map, name="journey_map"),
    path("responses/", responses.responses, name="responses"),
    path("responses/export.csv", responses.responses_csv, name="responses_csv"),
    path("responses/<int:pk>/", responses.response, name="response"),
    path("reading/", reading.accuracy, name="accuracy"),
    path("reading/sample/", reading.draw, name="draw_sample"),
    path("reading/label/", reading.label, name="label_blind"),
    path("comments/<int:pk>/", reading.comment, name="comment"),
    path("comments/<int:pk>/label/", reading.correct, name="correct_comment"),
    path("comments/<int:pk>/take-back/", reading.take_back, name="take_back_correction"),
    path("", include("feedback.public_urls")),
]
