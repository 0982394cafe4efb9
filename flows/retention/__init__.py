"""Deleting what has been kept for as long as the project file says."""
