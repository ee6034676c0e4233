"""A site on which all fails."""

from django.urls import path

handler500 = "omnify.pages.errors.server_error"


def fail(request):
    raise RuntimeError("it fails")


urlpatterns = [path("", fail), path("static/page", fail)]
