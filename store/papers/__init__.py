"""Papers to a committee: composed from the register, and written out."""
