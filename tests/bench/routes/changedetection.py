"""changedetection.io: blueprints that functions make, and Flask-RESTful."""

from __future__ import annotations

INSTALL = ("changedetection.io==0.60.10",)
ANALYSE = "changedetectionio"
EXCLUDE = ("tests",)

if __name__ == "__main__":
    import os
    import sys

    from changedetectionio import store  # type: ignore[import-not-found]  # in the bench's environment
    from changedetectionio.flask_app import changedetection_app  # type: ignore[import-not-found]
    from flask_listing import show  # type: ignore[import-not-found]  # beside this file's folder

    kept = store.ChangeDetectionStore(datastore_path=".", include_default_watches=False)
    show(
        changedetection_app({"datastore_path": ".", "disable_checkver": True}, kept),
        "changedetectionio",
    )
    sys.stdout.flush()
    os._exit(0)  # its threads would go on
