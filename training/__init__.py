"""Build the built-in model `mini`; nothing here is shipped or imported by propvault."""
