"""The numbered, hash-chained record of every act."""
