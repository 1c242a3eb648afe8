"""`except*` binds a group of the exceptions that fit (8.4.2)."""


class NetError(Exception):
    def __init__(self, host):
        super().__init__(host)
        self.host = host

    def retry(self):
        return f"retry {self.host}"


class DiskError(Exception):
    def free(self):
        return "freed"


def fail():
    raise ExceptionGroup("jobs", [NetError("a"), DiskError()])


def run():
    try:
        fail()
    except* NetError as group:
        for error in group.exceptions:
            print(error.retry())
    except* DiskError as group:
        print([error.free() for error in group.exceptions])


run()
