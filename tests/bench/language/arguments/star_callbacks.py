"""Further positional arguments arrive as a tuple, further keywords as a dict (8.7)."""


def strip(text):
    return text.strip()


def lower(text):
    return text.lower()


def check(text):
    return len(text) > 2


def pipeline(text, *steps, **checks):
    for step in steps:
        text = step(text)
    return text, {name: test(text) for name, test in checks.items()}


def run():
    return pipeline(" ABC ", strip, lower, long=check)


print(run())
