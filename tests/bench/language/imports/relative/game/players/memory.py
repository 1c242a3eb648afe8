MOVES = ["a3"]


def remember(move):
    MOVES.append(move)


def known():
    return MOVES
