"""What was done, by whom and to which digests, as a log that cannot be changed unseen."""
