"""Replay: real tenders run through a running service by its public HTTP and websocket interfaces."""
