def write(rows):
    return " ".join(_cell(row) for row in rows)


def _cell(row):
    return str(row)
