"""What a page may load: its own files, no inline script or style; the staff pages need a little more."""

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

ADMIN_PREFIX = "/admin/"
# Alpine evaluates the expressions in Unfold's attributes, and Unfold sets its colours in a style element.
FOR_ADMIN = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
}


class ContentSecurityMiddleware(CSPMiddleware):
    """The policy of the settings, widened under /admin/ by what the staff pages' framework needs."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The parts that django-csp builds the header of this answer from."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(ADMIN_PREFIX):
            parts.update = FOR_ADMIN | (parts.update or {})
        return parts
