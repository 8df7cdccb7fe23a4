from django.contrib import admin
from django.urls import include, path

from vocplatform.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("vocplatform.accounts")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("vocplatform.api")),
    path("v1/", include("surveys.segment_urls")),
    path("", include("vocplatform.health")),
    path("", include("surveys.urls")),
    path("", include("feedback.urls")),
    path("", include("loop.urls")),
]

handler400 = "vocplatform.errors.answer_bad_request"
handler403 = "vocplatform.errors.answer_forbidden"
handler404 = "vocplatform.errors.answer_not_found"
handler500 = "vocplatform.errors.answer_error"
