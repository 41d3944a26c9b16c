"""The harness of PERFORMANCE.md: floors and product measured in turn in the same run, reported as ratios. Never a
timed test."""
