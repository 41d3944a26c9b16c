"""Bidroom (竞价室): a reverse-auction e-bidding platform for the buyer's side."""

__version__ = "0.1.0"
