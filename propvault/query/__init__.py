"""Search text to a small immutable tree; no SQL, no vectors, names are passed in."""
