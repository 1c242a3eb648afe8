"""`import a.b.c` binds `a`; with `as` it binds the submodule itself (7.11)."""

import media.audio.player
import media.video as film


def evening():
    media.audio.player.play("song")
    film.play("movie")
    return media.stop()


print(evening())
print(media.video.play("trailer"))
