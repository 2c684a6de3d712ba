"""The gallery on a port of its own, with the product's middleware for files and the strict Content Security Policy."""

import sys
from collections.abc import Callable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponseBase
from django.test import override_settings

MIDDLEWARE = [
    "madoguchi.ui.assets.serve_assets",
    "tests.ui.site.use_gallery",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]


def use_gallery(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.urlconf = "tests.ui.gallery"
        return get_response(request)

    return middleware


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def gallery_server(port: int = 0) -> WSGIServer:
    """Bind a server; the middleware is read while it is built, so no other test is touched."""
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        return make_server("127.0.0.1", port, WSGIHandler(), server_class=Threads, handler_class=Quiet)


if __name__ == "__main__":
    import django

    django.setup()
    gallery_server(int(sys.argv[1])).serve_forever()
