"""Secrets of sources that an earlier version stored in clear."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from tests.factories.commerce import make_source

from madoguchi.commerce.models import OrderSource
from madoguchi.commerce.registry import source_classes
from madoguchi.core.errors import DomainError

pytestmark = pytest.mark.django_db
MIGRATION = import_module("madoguchi.commerce.migrations.0002_seal_secrets")


def stored(source: OrderSource) -> tuple[dict, str]:
    row = OrderSource.objects.get(pk=source.pk)
    return row.settings, row.sealed_secrets


def migrate() -> None:
    with connection.schema_editor(atomic=False) as editor:
        MIGRATION.seal_secrets(apps, editor)


def test_every_secret_of_every_connector_is_known():
    kinds = {kind: set(cls.secret_fields) for kind, cls in source_classes().items() if cls.secret_fields}

    assert {kind: set(names) for kind, names in MIGRATION.SECRETS.items()} == kinds


def test_what_stood_in_clear_is_sealed_once():
    plain = {"shop": "a.myshopify.com", "access_token": "shpat_1", "webhook_secret": ""}
    source = make_source(kind="shopify", settings=plain)

    migrate()
    once = stored(source)
    migrate()

    assert stored(source) == once
    assert once[0] == {"shop": "a.myshopify.com"}
    assert "shpat_1" not in once[1]
    assert OrderSource.objects.get(pk=source.pk).secrets == {"access_token": "shpat_1"}


def test_what_is_sealed_already_is_in_use_and_stays():
    source = make_source(kind="http", settings={"token": "old"}, secrets={"token": "new"})

    migrate()

    assert (stored(source)[0], OrderSource.objects.get(pk=source.pk).secrets) == ({}, {"token": "new"})


def test_what_another_key_sealed_is_not_written_over(settings):
    source = make_source(kind="sql", settings={"password": "clear"}, secrets={"password": "sealed"})
    sealed = stored(source)[1]
    settings.SECRET_KEY = "x" * 50

    migrate()

    assert stored(source) == ({}, sealed)
    with pytest.raises(DomainError):
        _ = OrderSource.objects.get(pk=source.pk).secrets


def test_a_source_without_secrets_is_not_touched():
    source = make_source(kind="tempostar", settings={"token": "no secret of this kind"})
    before = stored(source)

    migrate()

    assert stored(source) == before
