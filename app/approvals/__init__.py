"""Four eyes: proposals bound to the hash of a change, and their decisions."""
