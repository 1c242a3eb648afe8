"""Pictures of products, on the disk of the machine the shop runs on."""

import secrets
from pathlib import Path
from typing import Any

from werkzeug.datastructures import FileStorage

from .. import cache, db, settings
from ..db import session
from ..errors import BadRequest, Unprocessable
from .models import Product, ProductImage

# How files of each kind begin: names of uploads promise much.
KINDS = {".png": b"\x89PNG", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".webp": b"RIFF"}
FIRST = "SELECT path FROM product_images WHERE product_id = :product_id ORDER BY position, id LIMIT 1"


def first(product_id: int) -> str | None:
    """The picture that lists show."""
    path = db.scalar(FIRST, product_id=product_id)
    return f"/uploads/{path}" if path else None


def as_json(image: ProductImage) -> dict[str, Any]:
    return {"id": image.id, "path": f"/uploads/{image.path}", "alt": image.alt, "position": image.position}


def save(product_id: int, file: FileStorage | None, user_id: int, alt: str = "") -> ProductImage:
    """Keeps an uploaded picture behind the ones that a product has."""
    if file is None or not file.filename:
        raise BadRequest("Send the picture as a form field named file.", field="file")
    kind, data = Path(file.filename).suffix.lower(), file.read()
    if kind not in KINDS or not data.startswith(KINDS[kind]):
        raise Unprocessable("Pictures are PNG, JPEG or WebP files.", field="file")

    # Never the name of the upload: two pictures may share it, and browsers keep pictures for long.
    path = f"products/{product_id}-{secrets.token_hex(6)}{kind}"
    target = settings.uploads() / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)

    product = session().get_one(Product, product_id)
    image = ProductImage(path=path, alt=alt or product.name, uploaded_by=user_id)
    image.position = len(product.images)
    product.images.append(image)
    session().flush()
    cache.delete(f"product:{product_id}")
    return image
