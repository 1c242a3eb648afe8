"""Leading dots count packages upwards from the module's own package (5.7)."""

from game.players.human import turn

print(turn("e4"))
