from rest_framework.permissions import BasePermission

from surveys.models import ApiKey

SAFE = ("GET", "HEAD", "OPTIONS")


class HasScope(BasePermission):
    """A key needs the view's scope, a member of staff the view's permission; reading and writing are apart.

    A view names both: `read = ("cases:read", "loop.view_case")` and `write = (...)`.
    """

    def has_permission(self, request, view) -> bool:
        needed = getattr(view, "read" if request.method in SAFE else "write", None)
        if needed is None:
            return False
        scope, permission = needed
        if isinstance(request.auth, ApiKey):
            return scope in request.auth.scopes
        return bool(request.user and request.user.is_authenticated and request.user.has_perm(permission))
