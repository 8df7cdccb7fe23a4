from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from vocplatform.home import home

urlpatterns = [
    path("", home, name="home"),
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(success_url="/"), name="password_change"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("vocplatform.api")),
    path("", include("vocplatform.health")),
    path("", include("surveys.urls")),
    path("", include("feedback.urls")),
    path("", include("loop.urls")),
]

handler500 = "vocplatform.errors.answer_error"
