"""Linkage quality, time and memory beside other linkage systems, on the same data in one run."""
