"""The change log: what a change is, how changes are appended and validated, and the tables derived from them."""
