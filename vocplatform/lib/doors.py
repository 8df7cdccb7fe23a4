"""Who may open a staff page."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required, permission_required


def open_to(permission: str) -> Callable:
    """Strangers are sent to the login; people whose role lacks the permission are told so with 403."""
    return lambda view: login_required(permission_required(permission, raise_exception=True)(view))
