from django.urls import path

from feedback.views import theme_suggestions, themes

urlpatterns = [
    path("", themes.themes, name="themes"),
    path("begin/", themes.begin, name="themes_begin"),
    path("suggestions/", theme_suggestions.suggestions, name="theme_suggestions"),
    path("suggestions/look/", theme_suggestions.discover, name="theme_discover"),
    path("suggestions/<int:pk>/<slug:verb>/", theme_suggestions.decide, name="theme_decide"),
    path("about/<slug:slug>/", themes.theme, name="theme"),
]
