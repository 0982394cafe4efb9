"""Tells people what a run came to, in words from a closed list."""
