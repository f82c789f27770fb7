"""The law of this service, as tests; the folders mirror the tree."""
