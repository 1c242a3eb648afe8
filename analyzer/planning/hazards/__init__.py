"""What makes a call unsafe once caller and callee run apart: one hazard a file, found by its place.

Errors are refused unless they are accepted by name; warnings and notes are told. Each binds `hazard`, whose
`find` answers for one service; its `id` is what `--accept-hazard` takes.
"""
