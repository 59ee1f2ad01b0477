"""The register's file on disk: connections, transactions, schema, atomic writes, backups and attachments."""
