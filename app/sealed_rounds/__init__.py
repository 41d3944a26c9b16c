"""Sealed rounds: key policy, packages, the close with its manifest, the opening (SEALING.md)."""
