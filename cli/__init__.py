"""Parses, calls and prints: one file a verb, no logic.

A verb is a file that binds `EXAMPLES`: its docstring is the help, its function `run` the command.
"""
