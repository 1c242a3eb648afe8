"""The ground floor: the records, errors and protocols that the whole house speaks in.

No I/O, no third party, nothing that runs: records are frozen, and every room may import them.
"""
