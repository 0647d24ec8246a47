"""The vault folder and its database: all that touches SQLite and stored copies."""
