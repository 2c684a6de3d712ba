"""Settings are read by typed readers that fail with one clear sentence."""

from pathlib import Path

import pytest

from madoguchi.core import env

NAME = "MADOGUCHI_UNDER_TEST"


@pytest.fixture(autouse=True)
def _no_trace(monkeypatch):
    monkeypatch.delenv(NAME, raising=False)
    yield
    env.KNOWN.pop(NAME, None)


def given(monkeypatch, value):
    monkeypatch.setenv(NAME, value)


def test_text_is_stripped(monkeypatch):
    given(monkeypatch, "  desk \n")

    assert env.text(NAME, "other") == "desk"


@pytest.mark.parametrize("value", ["", "  "])
def test_empty_means_default(monkeypatch, value):
    given(monkeypatch, value)

    assert env.text(NAME, "default") == "default"


def test_text_without_default_must_be_set():
    with pytest.raises(env.BadSetting, match=f"{NAME} is not set"):
        env.text(NAME)


def test_integer_is_read(monkeypatch):
    given(monkeypatch, "42")

    assert env.integer(NAME, 1) == 42


def test_integer_default_is_used():
    assert env.integer(NAME, 7) == 7


def test_integer_must_be_one(monkeypatch):
    given(monkeypatch, "8k")

    with pytest.raises(env.BadSetting, match="“8k”, which is not a whole number"):
        env.integer(NAME, 1)


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [
        ({"least": 20}, "of at least 20"),
        ({"most": 5}, "of at most 5"),
        ({"least": 1, "most": 5}, "from 1 to 5"),
    ],
)
def test_integer_out_of_range_is_told_the_range(monkeypatch, bounds, sentence):
    given(monkeypatch, "10")

    with pytest.raises(env.BadSetting, match=sentence):
        env.integer(NAME, 3, **bounds)


def test_integer_bounds_are_allowed_themselves(monkeypatch):
    given(monkeypatch, "10")

    assert env.integer(NAME, 3, least=10, most=10) == 10


def test_port_ends_at_65535(monkeypatch):
    given(monkeypatch, "65536")

    with pytest.raises(env.BadSetting, match="from 0 to 65535"):
        env.port(NAME, 8000)


def test_a_time_zone_is_one_that_there_is(monkeypatch):
    given(monkeypatch, "Europe/Berlin")

    assert env.time_zone(NAME, "Asia/Tokyo") == "Europe/Berlin"


@pytest.mark.parametrize("value", ["Nowhere/X", "/etc/passwd", "../etc", "Asia", "x" * 5_000])
def test_no_time_zone_is_told_in_a_sentence(monkeypatch, value):
    given(monkeypatch, value)

    with pytest.raises(env.BadSetting, match="which is no time zone; write one like Asia/Tokyo"):
        env.time_zone(NAME, "Asia/Tokyo")


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("YES", True), ("on", True), ("0", False), ("No", False)])
def test_boolean_words(monkeypatch, value, meaning):
    given(monkeypatch, value)

    assert env.boolean(NAME, default=not meaning) is meaning


def test_boolean_default():
    assert env.boolean(NAME, default=True) is True


def test_boolean_must_be_set_without_default():
    with pytest.raises(env.BadSetting, match="is not set"):
        env.boolean(NAME)


def test_boolean_refuses_other_words(monkeypatch):
    given(monkeypatch, "maybe")

    with pytest.raises(env.BadSetting, match="neither yes nor no"):
        env.boolean(NAME, default=False)


def test_choice_is_one_of_the_known(monkeypatch):
    given(monkeypatch, "json")

    assert env.choice(NAME, ["json", "text"], "text") == "json"


def test_choice_names_the_known(monkeypatch):
    given(monkeypatch, "xml")

    with pytest.raises(env.BadSetting, match="choose one of: json, text"):
        env.choice(NAME, ["json", "text"], "text")


def test_path_is_absolute_and_home_is_known(monkeypatch):
    given(monkeypatch, "~/desk")

    assert env.path(NAME) == Path.home() / "desk"


def test_path_default_is_made_absolute():
    assert env.path(NAME, Path("desk")) == Path.cwd() / "desk"


def test_secret_comes_from_the_variable(monkeypatch):
    given(monkeypatch, "s3cret")

    assert env.secret(NAME, "") == "s3cret"


def test_secret_comes_from_a_file_without_its_line_break(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("s3cret \n", encoding="utf-8")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))

    assert env.secret(NAME) == "s3cret "


def test_secret_refuses_both(monkeypatch, tmp_path):
    given(monkeypatch, "s3cret")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))

    with pytest.raises(env.BadSetting, match="both set") as caught:
        env.secret(NAME)

    assert "s3cret" not in str(caught.value)


def test_secret_file_must_be_there(monkeypatch, tmp_path):
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "none"))

    with pytest.raises(env.BadSetting, match="No such file or directory"):
        env.secret(NAME)


def test_secret_file_must_be_text(monkeypatch, tmp_path):
    (tmp_path / "secret").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))

    with pytest.raises(env.BadSetting, match="not UTF-8"):
        env.secret(NAME)


def test_url_has_a_known_scheme(monkeypatch):
    given(monkeypatch, "postgresql://desk:pw@db.example/desk")

    assert env.url(NAME, schemes=["postgresql"]) == "postgresql://desk:pw@db.example/desk"


@pytest.mark.parametrize("value", ["mysql://desk:pw@db.example/desk", "http://[broken:pw"])
def test_url_of_another_kind_is_refused_without_showing_it(monkeypatch, value):
    given(monkeypatch, value)

    with pytest.raises(env.BadSetting, match="does not start with postgresql:// or postgres://") as caught:
        env.url(NAME, "", schemes=["postgresql", "postgres"])

    assert "pw" not in str(caught.value)


def test_url_default_may_be_empty():
    assert env.url(NAME, "", schemes=["postgresql"]) == ""


def test_what_was_asked_for_is_known():
    env.integer(NAME, 25, about="how many")

    assert env.KNOWN[NAME] == env.Setting(NAME, "whole number", "25", "how many")
