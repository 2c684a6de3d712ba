"""The worker knows every job there is; one that it does not know would wait for ever without a word."""

import re
import subprocess
import sys
from pathlib import Path

import madoguchi

_SOURCE = Path(madoguchi.__file__).parent
_NAMED = re.compile(r'@app\.task\(name="([^"]+)"')
_SHOW = """
import django
django.setup()
import madoguchi.flows.worker
from procrastinate.contrib.django import app
print(*app.tasks, *(f"clock:{each.task.name}" for each in app.periodic_registry.periodic_tasks.values()), sep="\\n")
"""


def test_every_job_is_known_to_the_worker_and_every_regular_one_to_its_clock():
    sources = [path.read_text() for path in _SOURCE.rglob("*.py")]
    jobs = {name for source in sources for name in _NAMED.findall(source)}
    regular = {
        f"clock:{name}"
        for source in sources
        for part in source.split("@app.periodic")[1:]
        for name in _NAMED.findall(part)[:1]
    }

    known = subprocess.run([sys.executable, "-c", _SHOW], check=True, capture_output=True, text=True).stdout.split()

    assert len(jobs) > 8
    assert len(regular) > 5
    assert jobs | regular <= set(known)
