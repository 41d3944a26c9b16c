"""A client of a running service, by its public HTTP and websocket interfaces only: for robots, replay and
benchmarks."""
