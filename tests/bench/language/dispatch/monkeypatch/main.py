"""An attribute of a module or a class that is set from outside is what its users find (7.2)."""

import clock
from clock import Watch


def frozen():
    return 0


def short(watch):
    return f"{watch.hands()}h"


print(clock.stamp(), Watch().show())
clock.now = frozen
Watch.label = short
print(clock.stamp(), Watch().show())
