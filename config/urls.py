"""The doors of the service: which address leads where."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path


def live(request: HttpRequest) -> HttpResponse:
    """The process is up; it says nothing about what it depends on."""
    return HttpResponse("live\n", content_type="text/plain")


urlpatterns = [
    path("live", live, name="live"),
    path("admin/", admin.site.urls),
]
