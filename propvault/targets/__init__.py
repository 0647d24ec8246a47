"""Export presets, rules and plans of reference sets: numbers and words, no pixels."""
