"""Log in, log out, and a forgotten password."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from vocplatform.lib.rates import Limit
from vocplatform.lib.web import client_address

QUARTER, HOUR = 15 * 60, 60 * 60
# Besides the few wrong passwords that one name has from one address: many names from one, one name from many.
LOGINS_FROM, LOGINS_AS = Limit("logins-from", 200, QUARTER), Limit("logins-as", 30, QUARTER)
RESETS_FROM, RESETS_FOR = Limit("resets-from", 30, HOUR), Limit("resets-for", 5, HOUR)  # each one may be a mail


def slowed(view: Callable, *, by_sender: Limit, by_name: Limit, field: str) -> Callable:
    """Answer 429 to whoever tries too often, whether the name exists or not; nobody is locked for long."""

    @wraps(view)
    def slowed_view(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST":
            name = request.POST.get(field, "").strip().casefold()
            if wait := by_sender.wait(client_address(request)) or by_name.wait(name):
                closed = render(request, "registration/locked.html", status=429)
                closed["Retry-After"] = str(wait)
                return closed
        return view(request, *args, **kwargs)

    return slowed_view


def login_door(view: Callable) -> Callable:
    return slowed(view, by_sender=LOGINS_FROM, by_name=LOGINS_AS, field="username")


urlpatterns = [
    path("login/", login_door(views.LoginView.as_view(redirect_authenticated_user=True)), name="login"),
    path("admin/login/", login_door(admin.site.login)),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("password/", views.PasswordChangeView.as_view(success_url="/"), name="password_change"),
    path(
        "password/forgotten/",
        # The link's host is ours by setting: the Host header is the asker's to choose.
        slowed(
            views.PasswordResetView.as_view(extra_email_context={"link_base": settings.PUBLIC_URL}),
            by_sender=RESETS_FROM,
            by_name=RESETS_FOR,
            field="email",
        ),
        name="password_reset",
    ),
    path("password/forgotten/sent/", views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/new/<uidb64>/<token>/", views.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("password/new/done/", views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
]
