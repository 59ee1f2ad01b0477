"""The September 2024 position and the commitments plan, as data; and large registers for speed work."""
