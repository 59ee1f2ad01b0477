"""Questions to a register: plain SQL in, rows out. Nothing here writes."""
