from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

ADMIN_POLICY = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}
DOCS_POLICY = {"style-src": [SELF, UNSAFE_INLINE]}


class AdminContentSecurity:
    """The admin theme's Alpine needs eval and Swagger inline styles; nothing else on the site does."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = ADMIN_POLICY
        elif request.path.startswith("/api/v1/docs"):
            response._csp_replace = DOCS_POLICY
        return response
