"""Long tables in two parts: the first rows stand in the page and read without script, the rest travels.

What travels is the same HTML that would stand there, escaped when it was rendered; `start.js` puts it back.
"""

from __future__ import annotations

import re

from .sections import markup

_PLAIN = 50
"""Rows of a table that stand in the page."""
_WORTH = 5
"""A table that is longer by less than this stays whole."""
_TABLE = re.compile(r'(<table class="sortable"[^>]*>.*?)<tbody>(.*?)</tbody>\s*</table>', re.DOTALL)
_ROW = re.compile(r"(?=<tr[ >])")


def shortened(body: str, rest: list[str]) -> str:
    """A section with its long tables cut; what was cut off is added to `rest`, in order.

    Tables of a section do not hold tables, and names in them are escaped, so that no text looks like a tag.
    """

    def cut(found: re.Match[str]) -> str:
        rows = [row for row in _ROW.split(found[2]) if row.strip()]
        if len(rows) < _PLAIN + _WORTH:
            return found[0]
        rest.append("".join(row.strip() for row in rows[_PLAIN:]))
        told = markup("rest.html.jinja", {"number": len(rows) - _PLAIN})
        first = "".join(rows[:_PLAIN])
        return f'{found[1]}<tbody data-rest="{len(rest) - 1}">\n{first}</tbody></table>\n{told}'

    return _TABLE.sub(cut, body)
