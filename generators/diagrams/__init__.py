"""Pictures of a dependency graph: a level says what is drawn, a format in which language.

`draw.py` is the door: `draw(graph, boundary, level)` makes a `Picture`, `render(picture, format)` its
bytes. A level is one file in `levels/` (`level = ...`), a format one file in `formats/`
(`format = ...`); both are found by their place.
"""
