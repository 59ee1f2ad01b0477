"""The domain model, independent of any file: vocabulary, dates, text, fields and references."""
