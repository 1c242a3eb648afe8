"""`*args` and `**kwargs` are handed on to another call as they came (6.3.4)."""


def send(address, text, retry=None):
    return retry(address) if retry else text


def again(address):
    return f"again {address}"


def call(function, *args, **kwargs):
    return function(*args, **kwargs)


def notify(*args, **kwargs):
    return call(send, *args, **kwargs)


class Client:
    def __init__(self, *args, on_error):
        self.args = args
        self.on_error = on_error

    def fail(self):
        return self.on_error(*self.args)


def client(*args, **kwargs):
    return Client(*args, **kwargs)


print(notify("ann", "hi"))
print(notify("bob", "ho", retry=again))
print(client("carl", on_error=again).fail())
