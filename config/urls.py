"""The doors of the service: which address leads where."""

from django.urls import include, path

from adjudication.api import health
from adjudication.api.metrics import metrics
from adjudication.staff.site import site as staff

urlpatterns = [
    path("live", health.live, name="live"),
    path("ready", health.ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/", include("adjudication.api.urls")),
    path("admin/", staff.urls),
    path("demo/", include("adjudication.shop.urls")),
    path("", include("adjudication.pages.urls")),
]

# Below /api/ problem documents, elsewhere pages.
handler400 = "adjudication.api.problems.bad_request"
handler500 = "adjudication.api.problems.server_error"
