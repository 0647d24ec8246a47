"""Builds the built-in model `mini` from the training pack; nothing here is shipped or imported by propvault."""
