from .. import rules


def best(moves):
    return max(moves, key=rules.score)
