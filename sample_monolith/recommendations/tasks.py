"""The training of the model."""

from itertools import groupby

from .. import clock, db
from ..tasks import celery
from . import model

DAYS = 365

BASKETS = (
    "SELECT l.order_id, p.sku FROM order_lines l"
    " JOIN orders o ON o.id = l.order_id JOIN products p ON p.id = l.product_id"
    " WHERE o.status <> 'cancelled' AND o.placed_at >= :since ORDER BY l.order_id"
)


@celery.task(name="recommendations.learn")
def learn() -> int:
    """Trains the model with the orders of a year; the number of products it learnt something about.

    Pairs that nobody bought lately keep what was known of them. Web processes other than the one
    that trains go on with their model until they are restarted.
    """
    lines = db.rows(BASKETS, since=clock.in_days(-DAYS))
    orders = [[line["sku"] for line in order] for _, order in groupby(lines, lambda line: line["order_id"])]
    learnt = model.Model.train(orders)
    current = model.current()
    current.similar = {
        sku: {**current.similar.get(sku, {}), **learnt.get(sku, {})} for sku in current.similar | learnt
    }
    current.trained_at = clock.now()
    current.save()
    return len(learnt)
