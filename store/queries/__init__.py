"""Read-only queries of a register: plain SQL in, rows out."""
