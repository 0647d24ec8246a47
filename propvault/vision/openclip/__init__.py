"""Turn an open_clip model into a model folder; the only package that imports torch and open_clip.

Invariant: an installed model gives open_clip's vectors. Sizes, tokens and numbers are taken from
what open_clip itself built, and compared with it before the folder is kept.
"""
