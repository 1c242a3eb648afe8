"""TiTiler: factories whose objects register routes with routers of their own, in a namespace package."""

from __future__ import annotations

INSTALL = ("titiler.application==2.0.2", "fastapi==0.129.0", "httpx", "aiohttp")
ANALYSE = "titiler"
EXCLUDE = ("xarray/main.py",)  # an application of its own

if __name__ == "__main__":
    from fastapi_listing import show  # type: ignore[import-not-found]  # beside this file's folder
    from titiler.application.main import app  # type: ignore[import-not-found]  # in the bench's environment

    show(app)
