"""ZenML's server: routers that are included in one file, with catch-alls at the end."""

from __future__ import annotations

INSTALL = ("zenml[server]==0.98.0", "fastapi==0.129.0")
ANALYSE = "zenml"

if __name__ == "__main__":
    from fastapi_listing import show  # type: ignore[import-not-found]  # beside this file's folder
    from zenml.zen_server.zen_server_api import app  # type: ignore[import-not-found]  # in the bench's environment

    show(app)
