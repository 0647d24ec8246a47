"""The Textual browse screen: draws events and calls jobs, owns no data."""
