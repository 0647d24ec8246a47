"""Chinese and English: folding, segmenting, dictionary translation, vocabulary names."""
