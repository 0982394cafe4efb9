"""The report on the quality of links, for people who answer for them and may see no record."""
