"""The dialogs: one subject a file. A dialog returns commands and saves nothing."""
