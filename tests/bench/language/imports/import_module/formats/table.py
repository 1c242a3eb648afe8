def write(rows):
    return _frame("|".join(map(str, rows)))


def _frame(text):
    return f"|{text}|"
