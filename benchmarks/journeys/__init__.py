"""From events to journeys and tables: time and memory, beside PM4Py where it computes the same thing."""
