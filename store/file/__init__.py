"""The file of a register on the disk: connecting and writing, its schema, putting files in place, backups,
attachments."""
