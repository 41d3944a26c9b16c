"""Accounts, roles, sessions, invitations to an account, and the doors (access.py)."""
