"""Command line: `python -m sample_monolith [serve | init-db]`."""

import argparse
import sys

from . import db, seed, settings
from .app import create_app


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sample_monolith", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["serve", "init-db"], default="serve")
    command = parser.parse_args().command

    app = create_app()
    with app.app_context():
        ready = db.has_schema()
        if command == "init-db":
            if ready:
                print(f"{settings.database_url()} has a shop already; nothing changed.")
                return 0
            db.create_schema()
            seed.run()
            print(f"Created the shop in {settings.database_url()}.")
            return 0
    if not ready:
        print(
            f"There is no shop in {settings.database_url()}: run `python -m sample_monolith init-db` first.",
            file=sys.stderr,
        )
        return 1
    app.run(host=settings.HOST, port=settings.port(), threaded=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
