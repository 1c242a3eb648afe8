"""`contextlib.contextmanager`: what the generator yields is bound by `with` (contextlib)."""

from contextlib import contextmanager


class Connection:
    def query(self):
        return "rows"

    def close(self):
        return "closed"


@contextmanager
def connected():
    connection = Connection()
    try:
        yield connection
    finally:
        connection.close()


class Store:
    @contextmanager
    def locked(self):
        self.lock()
        yield self
        self.unlock()

    def lock(self):
        print("lock")

    def unlock(self):
        print("unlock")


with connected() as connection, Store().locked():
    print(connection.query())
