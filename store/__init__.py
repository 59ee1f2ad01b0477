"""The register: one SQLite file, its rules and its history. It has no dependency on any user interface."""
