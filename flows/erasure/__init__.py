"""Erasing clients on request: in their body at once, everywhere else with the next run."""
