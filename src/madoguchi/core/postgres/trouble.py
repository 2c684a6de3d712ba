"""What can keep the embedded PostgreSQL from running, said so that the person at the terminal can act on it."""

import errno
from pathlib import Path


class DatabaseTrouble(Exception):
    """The embedded PostgreSQL cannot run; the message says what, why and what to do."""


def disk_trouble(error: OSError, folder: Path) -> DatabaseTrouble:
    """Return the sentence for an operating system error met while writing below `folder`."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DatabaseTrouble(f"The disk that holds {folder} is full; free some space and start again.")
    if error.errno == errno.EROFS:
        return DatabaseTrouble(
            f"{folder} is on a read-only file system; set MADOGUCHI_DATA_DIR to a folder that can be written."
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return DatabaseTrouble(
            f"{error.filename or folder} may not be written by this user; "
            "start as the user who owns it, or set MADOGUCHI_DATA_DIR to a folder of your own."
        )
    return DatabaseTrouble(f"{folder} cannot be used as data folder: {error.strerror}; set MADOGUCHI_DATA_DIR.")


#: What PostgreSQL writes into its log when it gives up, and what we make of it. The first match counts.
KNOWN_ENDINGS = (
    ("No space left on device", "the disk is full; free some space and start again"),
    ("Disk quota exceeded", "the disk quota is used up; free some space and start again"),
    ("Read-only file system", "the data folder is on a read-only file system; make it writable or move it"),
    ("could not map anonymous shared memory", "there is too little memory; free some memory and start again"),
    ("could not resize shared memory", "there is too little shared memory; give the container more (shm_size)"),
    ("incompatible with server", "the data was made by another version of PostgreSQL"),
    ("has wrong ownership", "the data belongs to another user; start as the user who owns it"),
    ("unrecognized configuration parameter", "postgresql.local.conf has an unknown setting; correct or remove it"),
    ("contains errors", "postgresql.local.conf has a mistake; correct or remove it"),
)


def start_trouble(log_text: str, log_file: Path) -> DatabaseTrouble:
    """Return the sentence for a PostgreSQL that ended while starting, from what it logged meanwhile."""
    for sign, reason in KNOWN_ENDINGS:
        if sign in log_text:
            return DatabaseTrouble(f"The database does not start: {reason}. Details: {log_file}")
    last = [line.partition("FATAL:")[2].strip() for line in log_text.splitlines() if "FATAL:" in line]
    return DatabaseTrouble(
        f"The database does not start: {last[-1] if last else 'PostgreSQL ended without a word'}. Details: {log_file}"
    )


def is_worth_a_retry(log_text: str) -> bool:
    """Return True if the start failed only because processes of a killed server have not gone yet (about 2 s)."""
    signs = (
        "pre-existing shared memory block",
        '"postmaster.pid" already exists',
        '"postmaster.pid" is empty',
        "bogus data in lock file",
    )
    return any(sign in log_text for sign in signs)
