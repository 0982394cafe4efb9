"""Rules flag, decide records, apply blanks; then the attack tries to undo it."""

from anonymise.disclosure.attack import attack
from anonymise.disclosure.earlier import Release
from anonymise.disclosure.findings import Findings
from anonymise.disclosure.generalise import generalised
from anonymise.disclosure.protect import protect
from anonymise.disclosure.public import Facts, Protected, ProtectedTable

__all__ = ["generalised", "protect", "attack", "Protected", "ProtectedTable", "Facts", "Findings", "Release"]
