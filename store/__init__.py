"""The register: one SQLite file, its rules and its history. Knows nothing of screens."""
