from django.urls import path

from feedback.views import alerts, changes, comparisons, measures, questions

urlpatterns = [
    path("measures/", measures.measures, name="measures"),
    path("measures/metrics.csv", measures.measures_csv, name="measures_csv"),
    path("measures/compare/", comparisons.comparisons, name="comparisons"),
    path("measures/questions/", questions.questions, name="questions"),
    path("measures/questions/options.csv", questions.questions_csv, name="questions_csv"),
    path("measures/alerts/", alerts.alerts, name="alerts"),
    path("measures/alerts/<int:pk>/", alerts.alert, name="alert"),
    path("measures/alerts/<int:pk>/<slug:act>/", alerts.alert_act, name="alert_act"),
    path("measures/changes/", changes.changes, name="changes"),
    path("measures/changes/add/", changes.change_add, name="change_add"),
    path("measures/<slug:key>/", measures.measure, name="measure"),
    path("measures/<slug:key>/events/", measures.facts, name="facts"),
]
