"""One module per screen: each puts widgets together, handles their messages and calls jobs."""
