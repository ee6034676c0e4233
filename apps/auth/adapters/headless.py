"""The routes of allauth's headless API that we offer."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from omnify.exceptions import NotFoundError

#: What keeps to our rules: the library's ways to change passwords, addresses and factors would
#: leave other sessions active. Those are our own.
_OFFERED = "config|auth/session|auth/login|auth/2fa/authenticate|tokens/refresh"


class NotOfferedConverter(StringConverter):
    """The rest of a path of the library's API, unless it is offered."""

    regex = rf"(?!(?:{_OFFERED})$).*"


register_converter(NotOfferedConverter, "not_offered")


def _not_offered(request: HttpRequest, rest: str) -> HttpResponse:
    raise NotFoundError


urlpatterns = [
    path("app/v1/<not_offered:rest>", _not_offered),
    path("", include("allauth.headless.urls")),
]
