"""The command line: starts the processes, keeps the database, and lets an administrator act from a terminal.

`commands.py` lists the commands; each has a module of its own that is read only when it is used. `supervisor.py` keeps
processes running, `run.py` says which ones. Like every face it has no rules: it calls the rooms' actions and queries.
"""

from madoguchi.cli.commands import main

__all__ = ["main"]
