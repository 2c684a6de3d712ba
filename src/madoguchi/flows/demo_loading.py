"""The demo workspace as a job, for the button of the first run: loading takes some seconds."""

from procrastinate.contrib.django import app

from madoguchi.accounts.queries import has_users
from madoguchi.flows.demo import load_demo
from madoguchi.flows.jobs import OUTSIDE


@app.task(name="madoguchi.flows.load_demo", queue=OUTSIDE, queueing_lock="load_demo")
def load_demo_job() -> None:
    """Load it, unless somebody has come in meanwhile."""
    if not has_users():
        load_demo()
