"""The sample register, read from data files, and the generator of large registers for benchmarks."""

from seed.sample import load_sample, load_themes, sample_changes, theme_changes

__all__ = ["load_sample", "load_themes", "sample_changes", "theme_changes"]
