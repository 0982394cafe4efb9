"""What the desk says in sentences."""

from typing import Final

from flows.desk.contents import Check, Outcome, Verdict, sentence
from flows.desk.proof import Agreement, Proof

WORDS: Final = {
    Verdict.PASS: "Verifies",
    Verdict.REVIEW: "Verifies, as far as could be checked",
    Verdict.FAIL: "DOES NOT VERIFY",
}
DOUBT: Final = (
    "Do not take this page's word for it: whoever can write a page can write this one. Check it yourself, "
    "with the "
    "commands under 'Check it yourself'."
)
LIMITS: Final = (
    "What was never written into the log. It proves what the program said it did, in which order, and that "
    "nothing "
    "was taken back.",
    "Whether its clock was right. All times on these pages are those of the machines that wrote the entries.",
    "Whether a name in the log is the person: who acts under which name is a matter of the machines' "
    "accounts and of "
    "who holds which key.",
    "Whether what bodies handed in was true. The log has digests of files, and a digest tells only which "
    "file it was.",
    "Whether history was rewritten by somebody who holds both signing keys, where no anchor comes from outside "
    "their reach. Anchors that you got from the bodies themselves count; copies that the operator handed you "
    "count "
    "little.",
    "Exact small numbers. Counts of people below the project's least number stand as '<' and that number, "
    "and larger "
    "ones are rounded down.",
    "Whether this page, the program that wrote it or the machine it ran on was tampered with.",
)
PAGES: Final = (
    ("index.html", "Verification"),
    ("runs.html", "Runs"),
    ("releases.html", "Releases: withheld, attacked, decided"),
    ("decisions.html", "Decisions, withdrawals and erasures"),
    ("keys.html", "Keys"),
    ("linkage.html", "Linkage thresholds"),
    ("others.html", "Everything else"),
    ("entries.html", "All entries"),
    ("check.html", "Check it yourself"),
)


def sentences(verdict: Verdict, checks: tuple[Check, ...], proof: Proof) -> list[str]:
    """The result, the first fault, how far the log still counts, and a warning not to believe the page."""
    said = []
    failed = [each for each in checks if each.outcome is Outcome.FAILS]
    undone = [each for each in checks if each.outcome is Outcome.NOT_DONE]
    if verdict is Verdict.FAIL:
        said.append(f"{_counted(len(failed), 'check')} of {len(checks)} failed.")
    else:
        said.append(f"{_counted(len(checks) - len(undone), 'check')} made, none failed.")
    if proof.verified is None:
        said += [first_fault(proof), _reach(proof)]
    else:
        said += [f"{each.what}: {each.found}" for each in failed]
        # As the verification itself says it, with whatever it warns of.
        said.append(proof.verified.sentence)
    if undone:
        said.append(
            f"{_counted(len(undone), 'check')} could not be made: {'; '.join(each.what for each in undone)}."
        )
    return [*said, DOUBT]


def first_fault(proof: Proof) -> str:
    """Number of the first bad entry and what is wrong, as far as that can be known."""
    if proof.broken is not None:
        why = proof.why_broken.removesuffix(f" (entry {proof.broken})")
        return f"First bad entry: number {proof.broken:,}. {sentence(why)}"
    against = {each.name: each.size for each in proof.sealed if each.agreement is Agreement.CONTRADICTS}
    if against:
        return (
            f"First bad entry: not known; it is one of numbers {proof.proven + 1:,} to {min(against.values()):,}, "
            "which are not "
            f"those that were signed before. It is contradicted by: {', '.join(sorted(against))}."
        )
    more = [each.size for each in proof.sealed if each.agreement is Agreement.COVERS_MORE]
    if more:
        return f"First bad entry: number {proof.lines + 1:,}, which is missing. A checkpoint covers {max(more):,}."
    if proof.entries and proof.proven < proof.lines:
        return f"First bad entry: number {proof.proven + 1:,}, which no two signatures cover."
    return sentence(proof.fault)


def _reach(proof: Proof) -> str:
    if not proof.lines:
        return "Nothing is shown, since nothing is proven."
    if not proof.proven:
        return f"None of its {proof.lines:,} entries is proven. None is counted on any page."
    return (
        f"Entries 1 to {proof.proven:,} are proven by signatures; the {proof.lines - proof.proven:,} after "
        "them are not. "
        "All pages tell of the proven ones alone."
    )


def span(proof: Proof) -> str:
    """From when to when, by the log's own clock."""
    proven = proof.entries[: proof.proven]
    if not proven:
        return "No entry is proven."
    return f"{len(proven):,} proven entries, from {proven[0].at} to {proven[-1].at} by the log's own clock (UTC)."


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
