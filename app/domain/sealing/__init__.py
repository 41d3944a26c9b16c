"""Sealed packages, version 1 (SEALING.md): suite, key policy, body, header, package, receipt, recovery file.

`canonical`, `header` and `receipt` need Python's own library alone, so that a supplier's own check of a receipt runs
anywhere; the rest stands on `cryptography` and `pyhpke`.
"""
