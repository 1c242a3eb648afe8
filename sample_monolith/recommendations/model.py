"""The model behind "you may also like": how often products are bought together.

It is small enough for the memory of the web process and is read from its file once, at the first use.
The file that came with the shop knows the usual pairs; what `tasks.learn` writes knows our own orders.
"""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from math import sqrt
from pathlib import Path

from .. import settings

FILE = "model.json"
SHIPPED = Path(__file__).parent / FILE
NEIGHBOURS = 10
MIN_ORDERS = 5
RATE = 0.02
Similarities = dict[str, dict[str, float]]


class Model:
    """For each SKU its neighbours, with the cosine similarity of their orders, from 0 to 1."""

    def __init__(self, similar: Similarities, trained_at: str) -> None:
        self.similar = similar
        self.trained_at = trained_at

    @classmethod
    def load(cls) -> "Model":
        """The model that was trained last, or the one that came with the shop."""
        trained = settings.uploads() / FILE
        data = json.loads((trained if trained.exists() else SHIPPED).read_text("utf-8"))
        return cls(data["similar"], data["trained_at"])

    def save(self) -> None:
        """Other processes may be reading: they see the old file or the new one, never half of it."""
        folder = settings.uploads()
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{FILE}.new"
        draft.write_text(json.dumps({"trained_at": self.trained_at, "similar": self.similar}), "utf-8")
        draft.replace(folder / FILE)

    def score(self, basket: dict[str, float]) -> list[tuple[str, float]]:
        """What goes with a basket of SKUs and their weights, the best first, without the basket itself."""
        scores: dict[str, float] = {}
        for sku, weight in basket.items():
            for neighbour, similarity in self.similar.get(sku, {}).items():
                scores[neighbour] = scores.get(neighbour, 0.0) + weight * similarity
        found = [(sku, score) for sku, score in scores.items() if sku not in basket]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def learn(self, basket: list[str]) -> None:
        """Moves the products of one order a little closer to each other until the next training.

        Rows are replaced, not changed: another thread may be walking over them.
        """
        for sku in basket:
            row = dict(self.similar.get(sku, {}))
            for other in basket:
                if other != sku:
                    row[other] = round(row.get(other, 0.0) + RATE * (1 - row.get(other, 0.0)), 4)
            self.similar[sku] = row

    @staticmethod
    def train(orders: Iterable[list[str]]) -> Similarities:
        """Similarities from the SKUs of each order. Products with very few orders are left out."""
        bought: Counter[str] = Counter()
        together: Counter[tuple[str, str]] = Counter()
        for order in orders:
            bought.update(order)
            together.update(combinations(sorted(order), 2))
        similar: Similarities = {}
        for (one, other), count in together.most_common():
            if min(bought[one], bought[other]) < MIN_ORDERS:
                continue
            cosine = round(count / sqrt(bought[one] * bought[other]), 4)
            similar.setdefault(one, {})[other] = cosine
            similar.setdefault(other, {})[one] = cosine
        return {sku: dict(Counter(row).most_common(NEIGHBOURS)) for sku, row in similar.items()}


_model: Model | None = None


def current() -> Model:
    """The model of this process."""
    global _model
    if _model is None:
        _model = Model.load()
    return _model
