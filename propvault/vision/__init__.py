"""Pixels and models: reading pictures, previews, fingerprints, embeddings."""
