"""The screens, one file each, over one frame."""
