"""What was checked of the log itself, and of the anchors that bodies keep."""

import shlex
from collections.abc import Iterator
from typing import Final

from flows.audit.held import OWN
from flows.desk.contents import Check, Outcome, sentence
from flows.desk.evidence import Evidence
from flows.desk.proof import Agreement, Proof, Sealed

VERIFY: Final = "desirelines audit verify --project {}"


def log_checks(proof: Proof, file: str) -> Iterator[Check]:
    """Entries, their order and the two signatures.

    Args:
        proof: of the log.
        file: the project file's name, as a shell takes it.
    """
    again = VERIFY.format(file)
    if proof.sealed or proof.entries:
        yield Check("Every entry is whole, in its place and allowed there", *_followed(proof), again)
        yield Check("Two signatures cover the whole log", *_covered(proof), again)
    if proof.verified is None:
        yield Check("The log as a whole", Outcome.FAILS, sentence(proof.fault), again)


def _followed(proof: Proof) -> tuple[Outcome, str]:
    if proof.broken is None:
        return Outcome.HOLDS, f"All {proof.lines:,} entries follow one another."
    # The entry's number stands in the message where the verification knew it.
    why = proof.why_broken.removesuffix(f" (entry {proof.broken})")
    return Outcome.FAILS, f"The first bad entry is number {proof.broken:,}: {why}."


def _covered(proof: Proof) -> tuple[Outcome, str]:
    own = next((each for each in proof.sealed if each.name == OWN), None)
    if own is None and proof.verified is None:
        return Outcome.FAILS, "The log's own checkpoint is missing."
    if own is None:
        return Outcome.NOT_DONE, "The log's own checkpoint is not here; anchors of bodies cover the whole log."
    if own.agreement is Agreement.AGREES and own.size == proof.proven == proof.lines:
        return Outcome.HOLDS, f"The log's key and the witness's key signed the root of all {own.size:,} entries."
    return Outcome.FAILS, _against(own, proof)


def _against(own: Sealed, proof: Proof) -> str:
    match own.agreement:
        case Agreement.CONTRADICTS:
            return (
                f"The signatures are of another log: the first {own.size:,} entries are not those that were "
                "signed."
            )
        case Agreement.COVERS_MORE:
            return (
                f"It covers {own.size:,} entries and {proof.lines:,} are here: entry {proof.lines + 1:,} is "
                "missing."
            )
        case Agreement.NOT_REACHED:
            return (
                f"It covers {own.size:,} entries; because of the bad entry it cannot be said that these are they."
            )
        case Agreement.NOT_VALID:
            return sentence(own.problem)
        case Agreement.AGREES:
            if own.size < proof.lines:
                return (
                    f"{own.size:,} entries were signed and {proof.lines:,} are here: nobody signed entry "
                    f"{own.size + 1:,}."
                )
            return "They were given, but an anchor of a body says that the log was another one before."


def anchor_checks(evidence: Evidence, proof: Proof) -> Iterator[Check]:
    """The anchor of each body that the project file or the log names."""
    sealed = {each.name: each for each in proof.sealed}
    again = VERIFY.format(shlex.quote(evidence.loaded.file))
    known = evidence.loaded.project.bodies
    told = (entry.facts.values.get("body") for entry in proof.entries[: proof.proven])
    for body in dict.fromkeys([*known, *(str(each) for each in told if each is not None)]):
        what = f"Anchor of {body}"
        if body in sealed:
            yield Check(what, *_anchored(sealed[body]), again)
        elif body in evidence.held.checkpoints:
            yield Check(what, Outcome.NOT_DONE, "It is here, and nothing could be verified with it.", again)
        elif body in evidence.unreadable:
            found = "It is here and cannot be read: you may not, or it is no plain file."
            yield Check(what, Outcome.NOT_DONE, found, again)
        elif body not in known:
            found = "The log names this body and the project file does not, so no anchor was looked for."
            yield Check(what, Outcome.NOT_DONE, found, again)
        else:
            found = "It is not here. Ask the body itself for its anchor.json."
            yield Check(what, Outcome.NOT_DONE, found, again)


def _anchored(each: Sealed) -> tuple[Outcome, str]:
    match each.agreement:
        case Agreement.AGREES:
            return Outcome.HOLDS, f"It agrees with the first {each.size:,} entries."
        case Agreement.CONTRADICTS:
            return Outcome.FAILS, (
                f"It was signed for another log: an entry among the first {each.size:,} was changed, and "
                "signed again."
            )
        case Agreement.COVERS_MORE:
            return (
                Outcome.FAILS,
                f"It covers {each.size:,} entries, which is more than are here: the log was shortened.",
            )
        case Agreement.NOT_REACHED:
            return Outcome.NOT_DONE, f"It covers {each.size:,} entries; the bad entry comes before."
        case Agreement.NOT_VALID:
            return Outcome.FAILS, sentence(each.problem)
