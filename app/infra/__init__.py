"""All that is not deterministic: clock, ids, database, keys, bell, files, mail."""
