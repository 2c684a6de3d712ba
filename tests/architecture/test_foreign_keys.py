"""String foreign keys are invisible to the import linter, so its list is applied to the models themselves."""

import tomllib
from pathlib import Path

from django.apps import apps

from madoguchi.events.models import Event

ROOT = Path(__file__).resolve().parents[2]


def heights():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = contracts[0]["layers"]
    return {room.strip(" ()"): -row for row, names in enumerate(layers) for room in names.split("|")}


def room_of(model):
    module = model.__module__.split(".")
    return module[1] if module[0] == "madoguchi" else ""


def test_foreign_keys_point_downwards():
    height = heights()

    upward = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if (here := room_of(model))
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        and (there := room_of(field.related_model)) and there != here and height[here] <= height[there]
    ]  # fmt: skip

    assert upward == []


def test_events_have_no_foreign_keys():
    assert [field.name for field in Event._meta.get_fields() if field.is_relation] == []
