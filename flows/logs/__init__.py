"""Public event logs of real cases: where they are to be had, and how they become the extract of one body."""
