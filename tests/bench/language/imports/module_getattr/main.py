"""A module's own `__getattr__` answers for names that it does not define (3.3.2.1)."""

import settings

print(settings.current())
reader = settings.reader
print(reader("port"))
