"""Safe on the way in, safe on the way out: identifiers become tokens, counts become releasable counts."""
