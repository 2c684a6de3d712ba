"""The secret key is given or made, and never one that can be guessed."""

import pytest

from madoguchi.core.env import BadSetting
from madoguchi.core.secret_key import secret_key


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch):
    monkeypatch.delenv("MADOGUCHI_SECRET_KEY", raising=False)


def test_a_key_is_made_once_and_kept(tmp_path):
    made = secret_key(tmp_path)

    assert len(made) > 32
    assert secret_key(tmp_path) == made


def test_a_given_key_holds(monkeypatch, tmp_path):
    monkeypatch.setenv("MADOGUCHI_SECRET_KEY", "x" * 32)

    assert secret_key(tmp_path) == "x" * 32


@pytest.mark.parametrize("key", ["a", "x" * 31])
def test_a_short_key_is_told_in_a_sentence(monkeypatch, tmp_path, key):
    monkeypatch.setenv("MADOGUCHI_SECRET_KEY", key)

    with pytest.raises(BadSetting, match=f"The secret key in MADOGUCHI_SECRET_KEY has {len(key)} characters"):
        secret_key(tmp_path)


def test_a_short_key_in_the_folder_is_told_too(tmp_path):
    (tmp_path / "secret-key").write_text("x")

    with pytest.raises(BadSetting, match=r"secret-key has 1 characters.*random ones or more"):
        secret_key(tmp_path)
