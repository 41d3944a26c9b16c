"""The ground: rules as pure functions. Knows no database, clock, network or randomness."""
