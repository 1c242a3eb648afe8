"""A function's body finds its own name, and names that are bound after it, when it runs (4.2)."""


def depth(tree):
    if not tree:
        return 0
    return 1 + max(depth(branch) for branch in tree)


def is_even(number):
    return True if number == 0 else is_odd(number - 1)


def is_odd(number):
    return False if number == 0 else is_even(number - 1)


def flatten(items):
    def visit(item):
        if isinstance(item, list):
            for part in item:
                visit(part)
        else:
            flat.append(item)

    flat = []
    visit(items)
    return flat


print(depth([[], [[]]]), is_even(5), flatten([1, [2, [3]]]))
