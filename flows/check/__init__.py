"""The output checker's page: what was withheld and why, what the attack tried, and what still needs a look."""
