"""Prefect's server: an API application and one for its pages, mounted in a third; routers in a loop over a list."""

from __future__ import annotations

import os

INSTALL = ("prefect==3.4.0", "fastapi==0.115.12")
ANALYSE = "prefect"
CONDITIONS = {"PREFECT_SERVER_API_BASE_PATH": False}
EXCLUDE = ("runner", "workers", "cli")  # servers of their own

if __name__ == "__main__":
    os.environ["PREFECT_SERVER_METRICS_ENABLED"] = "1"
    from fastapi_listing import show  # type: ignore[import-not-found]  # beside this file's folder
    from prefect.server.api.server import create_app  # type: ignore[import-not-found]  # in the bench's environment

    show(create_app())
