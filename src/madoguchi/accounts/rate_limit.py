"""A token bucket in PostgreSQL: how often something may be tried, counted over all processes and machines.

One row a key. A bucket starts full, every try takes a token, and tokens come back evenly with time.
"""

from dataclasses import dataclass

from django.db import connection

MINUTE, HOUR = 60, 3600

_TAKE = """
    INSERT INTO accounts_ratebucket AS bucket (key, tokens, refilled_at)
    VALUES (%(key)s, %(capacity)s - 1, clock_timestamp())
    ON CONFLICT (key) DO UPDATE
    SET refilled_at = clock_timestamp(), tokens = LEAST(%(capacity)s, bucket.tokens
        + %(capacity)s * GREATEST(0, extract(epoch FROM clock_timestamp() - bucket.refilled_at)) / %(per_seconds)s) - 1
    WHERE 1 <= LEAST(%(capacity)s, bucket.tokens
        + %(capacity)s * GREATEST(0, extract(epoch FROM clock_timestamp() - bucket.refilled_at)) / %(per_seconds)s)
    RETURNING 1
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so many seconds, under one name."""

    name: str
    capacity: int
    per_seconds: float

    def take(self, about: object) -> bool:
        """Count one try concerning `about` (an address, a network, a person); False when there was one too many."""
        return take(f"{self.name}:{about}", capacity=self.capacity, per_seconds=self.per_seconds)

    def give_back(self, about: object) -> None:
        """The try was in order and does not count."""
        give_back(f"{self.name}:{about}", capacity=self.capacity)


#: A person mistypes a few times; a guesser needs thousands. An address alone is limited loosely, so that a stranger
#: cannot lock its owner out from elsewhere.
SIGN_IN_PAIR = Limit("sign-in-pair", 8, 5 * MINUTE)
SIGN_IN_ADDRESS = Limit("sign-in-address", 60, HOUR)
SIGN_IN_NETWORK = Limit("sign-in-network", 60, 10 * MINUTE)
CODE = Limit("code", 6, 5 * MINUTE)
RESET_ADDRESS = Limit("reset-address", 3, HOUR)
RESET_NETWORK = Limit("reset-network", 20, HOUR)
LINK_NETWORK = Limit("link-network", 30, 10 * MINUTE)
PASSWORD = Limit("password", 6, 5 * MINUTE)
NEW_ADDRESS = Limit("new-address", 5, HOUR)
SETUP_NETWORK = Limit("setup-network", 10, 5 * MINUTE)


def take(key: str, *, capacity: int, per_seconds: float) -> bool:
    """Take one of `capacity` tokens that come back within `per_seconds`; False when none is left.

    One statement: of parallel tries, on any number of machines, exactly as many succeed as there are tokens, because
    the row is locked by the conflict and its level read again under that lock. The clock is the database's.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": key[:200], "capacity": capacity, "per_seconds": per_seconds})
        return cursor.fetchone() is not None


def give_back(key: str, *, capacity: int) -> None:
    """Return one token, never above `capacity`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_ratebucket SET tokens = LEAST(%s, tokens + 1) WHERE key = %s", [capacity, key[:200]]
        )
