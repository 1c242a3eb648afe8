"""`else` runs without an exception, `finally` in any case (8.4.3, 8.4.4)."""


def connect(name):
    if not name:
        raise ValueError(name)
    return Connection()


class Connection:
    def commit(self):
        return "committed"

    def close(self):
        return "closed"


def log(text):
    print(text)


def recover():
    return "recovered"


def save(name):
    connection = None
    try:
        connection = connect(name)
    except ValueError:
        recover()
    else:
        log(connection.commit())
    finally:
        if connection is not None:
            connection.close()


save("db")
save("")
