"""A decorator expression may be a call, whose result is then called with the function (8.7)."""


def log(text):
    return text


def retry(times, report=log):
    def decorate(function):
        def attempt(*args):
            for number in range(times):
                report(f"attempt {number}")
                result = function(*args)
            return result

        return attempt

    return decorate


@retry(2)
def fetch(address):
    return parse(address)


@retry(times=1, report=print)
def push(address):
    return parse(address)


def parse(address):
    return address.split("/")


print(fetch("a/b"), push("c/d"))
