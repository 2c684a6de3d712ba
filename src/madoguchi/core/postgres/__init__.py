"""The embedded PostgreSQL: a private server in the data folder, run by ourselves, for those who name no other database.

`trouble.py` says in one sentence why it does not start, `binaries.py` finds the programs, `folder.py` lays out the data
folder and knows the address, `processes.py` looks at processes, `server.py` starts, adopts and stops the server.
Settings need only `database_url`; the command line holds an `EmbeddedPostgres` while it works.
"""

from madoguchi.core.postgres.folder import DataFolder, database_url
from madoguchi.core.postgres.server import EmbeddedPostgres
from madoguchi.core.postgres.trouble import DatabaseTrouble

__all__ = ["DataFolder", "DatabaseTrouble", "EmbeddedPostgres", "database_url"]
