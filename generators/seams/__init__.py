"""The seam in the monolith: functions of a service become facades where they stand.

| file | does |
|---|---|
| `codemod.py` | rewrites the files that hold the functions (libcst stays in here) |
| `contract.py` | what crosses, as Python; the code that carries it is data in `templates/seams/` |
"""
