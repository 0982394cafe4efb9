"""Ways to protect tables other than by suppression, each with its own statement of what it guarantees."""

from anonymise.disclosure.methods.release import protected_by
from anonymise.disclosure.methods.said import implied_by
from anonymise.disclosure.methods.statement import statement

__all__ = ["implied_by", "protected_by", "statement"]
