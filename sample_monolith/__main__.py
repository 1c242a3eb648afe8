"""Command line: `python -m sample_monolith [serve | init-db | seed | nightly]`."""

import argparse
import logging
import sys

from flask import Flask

from . import db, seed, settings
from .admin import nightly
from .app import create_app

COMMANDS = {
    "serve": "answer requests, and run the nightly job at night (the default)",
    "init-db": "create the tables and fill a new shop; does nothing when there is one",
    "seed": "fill tables that are still empty",
    "nightly": "run the nightly job now",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sample_monolith", description="The Mobia shop.")
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, text in COMMANDS.items():
        commands.add_parser(name, help=text, description=text)
    command = parser.parse_args().command or "serve"

    app = create_app()
    with app.app_context():
        ready = db.has_schema()
        if command == "init-db":
            return init_db(ready)
        if not ready:
            return _fail(f"There is no shop in {_database()}: run `python -m sample_monolith init-db` first.")
        if command == "seed":
            return fill()
        if command == "nightly":
            return run_nightly()
    return serve(app)


def init_db(ready: bool) -> int:
    if ready:
        print(f"{_database()} has a shop already; nothing changed.")
        return 0
    db.create_schema()
    seed.run()
    print(f"Created the shop in {_database()}.")
    return 0


def fill() -> int:
    if db.scalar("SELECT COUNT(*) FROM products"):
        return _fail(f"{_database()} has products already; nothing changed.")
    seed.run()
    print(f"Filled the shop in {_database()}.")
    return 0


def run_nightly() -> int:
    steps = nightly.run()["steps"]
    for name, count in steps.items():
        print(f"{name}: {'failed' if count is None else count}")
    return 1 if None in steps.values() else 0


def serve(app: Flask) -> int:
    import waitress

    # Waitress warns whenever a request has to wait for a thread, which under load is every request.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    nightly.start(app)
    print(f"{settings.SHOP_NAME} is at http://{settings.HOST}:{settings.port()}/", flush=True)
    waitress.serve(app, host=settings.HOST, port=settings.port(), threads=settings.THREADS, _quiet=True)
    return 0


def _database() -> str:
    """The address of the database as it may be shown: passwords stay out of terminals and logs."""
    return db.engine().url.render_as_string(hide_password=True)


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
