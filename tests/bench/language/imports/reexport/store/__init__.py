from .basket import Basket
from .payment import pay as checkout
from .payment import receipt

__all__ = ["Basket", "checkout", "receipt"]
