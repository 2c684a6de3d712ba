"""Every sentence of the screen exists in Japanese, and the compiled catalogue is the written one."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "messages.py"


def test_translations_are_complete_and_compiled():
    spec = importlib.util.spec_from_file_location("messages", SCRIPT)
    messages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(messages)

    assert messages.check() == []
