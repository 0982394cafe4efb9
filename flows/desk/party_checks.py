"""What was checked of the turns of parties, where zones stand apart."""

import shlex
from collections.abc import Iterator

from flows.audit.turns import Turns
from flows.desk.contents import Check, Outcome, sentence
from flows.desk.evidence import Evidence
from flows.desk.log_checks import VERIFY
from flows.desk.proof import Proof
from flows.hand_over.own_turn import compared


def turns_of(proof: Proof) -> Turns:
    """Whose turn each proven entry was written in; what may stand where, the proof has asked before."""
    turns = Turns()
    for entry in proof.entries[: proof.proven]:
        turns.take(entry)
    return turns


def party_checks(evidence: Evidence, proof: Proof) -> Iterator[Check]:
    """Every party that registered in the log: what it signed, and whether its key is the one that is meant."""
    turns, again = turns_of(proof), VERIFY.format(shlex.quote(evidence.loaded.file))
    if turns.holder and not turns.parties:
        found = "No party has signed its turns: the log is older than that. Who wrote which entry is not proven."
        yield Check("Turns of parties", Outcome.NOT_DONE, found, again)
    for name, problem, is_held in compared(evidence.loaded, turns):
        what = f"Turns of {name}"
        if problem and is_held:
            yield Check(what, Outcome.FAILS, sentence(problem), again)
        elif problem:
            found = f"{_signed(turns, name)} Whether it is the key that is meant was not checked: {problem}."
            yield Check(what, Outcome.NOT_DONE, found, again)
        else:
            found = f"{_signed(turns, name)} The project file has the fingerprint of that key."
            yield Check(what, Outcome.HOLDS, found, again)


def _signed(turns: Turns, name: str) -> str:
    theirs = [each for each in turns.all if each.party == name]
    signed = [each.span for each in theirs if each.signed]
    said = [f"With its own key it signed {'; '.join(signed)}." if signed else "It has signed no turn yet."]
    said += [f"Not signed yet: {each.span}." for each in theirs if not each.signed]
    said += ["It replaced its key: ask it by telephone whether it did."] if turns.parties[name].before else []
    return " ".join(said)
