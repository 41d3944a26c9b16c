"""4b. Live rounds: the socket, the floor of each lot, the committer, the hub and the timekeeper."""
