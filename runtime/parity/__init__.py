"""Parity: evidence that a service and the monolith answer alike.

| rung | file | what it hides |
|---|---|---|
| wire | `wire.py` | in-process: module state, settings, imports, isolation of transactions, time |

`inside/` is what is put into the process of the user's tests; it knows nothing of carveout.
"""
