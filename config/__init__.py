"""Words that every room shares: settings, frame contracts, errors. Imports nothing of ours."""
