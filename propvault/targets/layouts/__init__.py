"""Folder layouts: what a trainer or tool wants beside the pictures, as texts by path."""
