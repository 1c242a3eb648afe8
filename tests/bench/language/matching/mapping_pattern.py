"""A mapping pattern binds values by literal keys, and the rest (8.6.4.9)."""


def mail(target):
    return f"mail to {target}"


def call(target):
    return f"call {target}"


def log(event):
    return sorted(event)


def handle(event):
    match event:
        case {"kind": "send", "run": run, "to": target}:
            return run(target)
        case {"kind": "note", **rest}:
            return rest["write"](rest)
        case _:
            return refuse(event)


def refuse(event):
    return f"no {event}"


print(handle({"kind": "send", "run": mail, "to": "ann"}))
print(handle({"kind": "send", "run": call, "to": "bob"}))
print(handle({"kind": "note", "write": log}), handle({}))
