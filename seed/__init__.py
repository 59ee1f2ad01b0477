"""The September 2024 position and the commitments plan, as data; and large registers for speed work."""

from seed.sample import load_sample, load_themes, sample_changes, theme_changes

__all__ = ["load_sample", "load_themes", "sample_changes", "theme_changes"]
