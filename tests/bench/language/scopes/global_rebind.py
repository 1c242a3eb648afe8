"""`global` lets a function rebind a name of the module (7.12)."""


def print_handler(event):
    return f"event {event}"


def count_handler(event):
    return len(event)


handler = print_handler


def install(new):
    global handler
    handler = new


def fire(event):
    return handler(event)


def setup():
    global notify
    notify = fire


print(fire("start"))
install(count_handler)
setup()
print(notify("stop"))
