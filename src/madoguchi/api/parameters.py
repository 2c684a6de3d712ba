"""What stands in an address behind the `?`: only what the operation knows, so that a slip changes no answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from madoguchi.core.errors import Invalid

#: So many unknown names are said; each as long as this.
_NAMED, _LONGEST = 10, 100


def refuse_unknown_parameters(router: Router) -> None:
    """Let every operation of a router answer 422 to parameters that its description does not name."""
    for path in router.path_operations.values():
        for operation in path.operations:
            known = {
                name
                for model in operation.models
                if model.__ninja_param_source__ == "query"
                for name in model.__ninja_flatten_map__
            }
            operation.view_func = _knowing(frozenset(known), operation.view_func)


def _knowing(known: frozenset[str], view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **values: Any) -> Any:
        unknown = [name[:_LONGEST] for name in request.GET if name not in known][:_NAMED]
        if unknown:
            text = _("There is no parameter %(names)s here. See /api/v1/openapi.json.")
            raise Invalid(text % {"names": ", ".join(unknown)}, field=unknown[0], parameters=unknown)
        return view(request, *args, **values)

    return checked
