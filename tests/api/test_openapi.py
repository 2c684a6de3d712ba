"""The description says what the API does, completely, and is valid OpenAPI 3.1."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.api.stable import STABLE

import madoguchi

pytestmark = pytest.mark.django_db

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def described() -> dict:
    from madoguchi.api.app import api  # noqa: PLC0415 - needs Django's settings

    return api.get_openapi_schema(path_prefix="/api/v1/")


@pytest.fixture(scope="module")
def operations(described) -> dict[str, dict]:
    return {
        f"{method} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


def test_description_is_served_to_everybody():
    response = Client().get("/api/v1/openapi.json")

    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response.json()["openapi"].startswith("3.1")


def test_description_is_valid():
    described = Client().get("/api/v1/openapi.json").json()

    assert [error.message for error in OpenAPIV31SpecValidator(described).iter_errors()] == []


def test_every_schema_has_a_name_of_its_own():
    schemas = Path(madoguchi.__file__).parent / "api" / "schemas"

    names = Counter(
        name for path in schemas.glob("*.py") for name in re.findall(r"^class (\w+)", path.read_text(), re.MULTILINE)
    )

    assert len(names) > 100
    assert [name for name, times in names.items() if times > 1] == []


def test_every_operation_says_what_it_does_and_how_it_refuses(operations, described):
    tags = {tag["name"] for tag in described["tags"]}

    lacking = [
        name
        for name, operation in operations.items()
        if not (operation["summary"] and operation["description"])
        or not set(operation["tags"]) <= tags
        or "401" not in operation["responses"]
        or not re.fullmatch("[a-z_]+", operation["operationId"])
        or not any(each in operation["responses"] for each in ("200", "201", "204"))
        or operation["security"] != [{"Bearer": []}, {"Session": []}]
    ]

    assert lacking == []


def test_refusals_are_described_in_words(operations):
    vague = [
        (name, code)
        for name, operation in operations.items()
        for code, response in operation["responses"].items()
        if code.startswith("4") and len(response["description"]) < 25
    ]

    assert vague == []


def test_operation_ids_are_unique(operations):
    ids = [operation["operationId"] for operation in operations.values()]

    assert sorted(set(ids)) == sorted(ids)


def test_operation_ids_stay_as_they_are(operations):
    assert sorted(operation["operationId"] for operation in operations.values()) == sorted(STABLE)


def test_every_field_and_parameter_is_described(operations, described):
    schemas = described["components"]["schemas"]
    silent = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, about in schema.get("properties", {}).items()
        # a reference is described where it leads when both would say the same
        if not (about.get("description") or schemas[about["$ref"].rpartition("/")[2]].get("description"))
    ]
    silent += [
        f"{name} {parameter['name']}"
        for name, operation in operations.items()
        for parameter in operation["parameters"]
        if parameter["in"] != "path" and not parameter.get("description")
    ]

    assert silent == []
