"""Log in, log out, and a forgotten password."""

from django.conf import settings
from django.contrib.auth import views
from django.urls import path

urlpatterns = [
    path("login/", views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("password/", views.PasswordChangeView.as_view(success_url="/"), name="password_change"),
    path(
        "password/forgotten/",
        # The link's host is ours by setting: the Host header is the asker's to choose.
        views.PasswordResetView.as_view(extra_email_context={"link_base": settings.PUBLIC_URL}),
        name="password_reset",
    ),
    path("password/forgotten/sent/", views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/new/<uidb64>/<token>/", views.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("password/new/done/", views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
]
