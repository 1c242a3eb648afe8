"""A picture that fits a screen: where lines need more room, the lightest are left out, and it says so."""

from __future__ import annotations

from dataclasses import replace

from .layout import Layout, layered
from .picture import Picture, hidden_note, strongest_arrows
from .shape import measured

_KEPT = 0.8
"""Share of the arrows that is tried next."""


def fitted(picture: Picture, room: float) -> tuple[Picture, Layout]:
    """The picture, with as many of its arrows as fit into `room` pixels, and where everything stands.

    Firm arrows are what a picture is about: such a picture stays whole. A single box may be wider than room.
    """
    layout = layered(*measured(picture), room)
    shown, number = picture, len(picture.arrows)
    while layout.width > room and number and not any(arrow.firm for arrow in picture.arrows):
        number = int(number * _KEPT)
        arrows, left = strongest_arrows(picture, number)
        note = f"{hidden_note(left)[:-1]}, so that the picture fits a screen."
        shown = replace(picture, arrows=arrows, hidden=picture.hidden + left, notes=(*picture.notes, note))
        layout = layered(*measured(shown), room)
    return shown, layout
