"""A file described without a single value of it, and a mapping proposed for the project file."""
