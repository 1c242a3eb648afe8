def legal(move):
    return len(move) == 2


def score(move):
    return ord(move[0])
