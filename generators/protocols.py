"""What a generator takes and gives.

A generator takes records (a step of a plan, a route table, a result) and gives changes or bytes. It
reads no file of the project and writes none: `write.py` alone does. The protocols themselves stand
with all others in `analyzer/model/protocols.py`; plug-ins are found by their place:

| folder | noun | protocol |
|---|---|---|
| `generators/services/` | `scaffold` | `Scaffold` |
| `generators/proxies/` | `proxy` | `Proxy` |
| `generators/reports/` | `report` | `Report` |
| `generators/diagrams/levels/` | `level` | `Level`, in `diagrams/picture.py` |
| `generators/diagrams/formats/` | `format` | `Format`, in `diagrams/picture.py` |
"""

from __future__ import annotations

from ..analyzer.model.changes import Change
from ..analyzer.model.protocols import Proxy, Report, Scaffold

__all__ = ["Change", "Proxy", "Report", "Scaffold"]
