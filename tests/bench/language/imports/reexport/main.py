"""A package's `__init__` hands on what its modules define, also under another name (5.2.1)."""

import store
from store import Basket, checkout

basket = Basket()
basket.add("tea", 3)
basket.add("cup", 7)
print(checkout(basket))
print(store.receipt(basket))
