"""Times are text in UTC such as 2024-05-31T18:02:44: they sort, and every database stores them alike."""

from datetime import UTC, datetime, timedelta

FORMAT = "%Y-%m-%dT%H:%M:%S"


def now() -> str:
    return datetime.now(UTC).strftime(FORMAT)


def today() -> str:
    return now()[:10]


def in_days(days: float) -> str:
    """A time in the future, or in the past for less than nothing."""
    return (datetime.now(UTC) + timedelta(days=days)).strftime(FORMAT)
