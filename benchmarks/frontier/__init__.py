"""What each choice of composites costs in linkage and in people identified, on invented people alone."""
