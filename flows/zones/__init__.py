"""The work of each zone as plain, sealed functions, with and without a scheduler the same."""
