"""Which encoded records are one person, and what happened to that person. Holds no key and no name."""
