"""The whole desk: evidence in, files out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.settings import Project
from flows.desk import sheets, verification
from flows.desk.checks import checks_of, proof_of, verdict_of
from flows.desk.contents import Check, Outcome, Story, Verdict
from flows.desk.evidence import Evidence
from flows.desk.links import Addresses
from flows.desk.page import Header, Sheet, render
from flows.desk.proof import Proof
from flows.desk.story import story_of
from flows.desk.words import PAGES, WORDS, first_fault, sentences, span
from flows.release.manifest import ReleasedFile


@dataclass(frozen=True)
class Desk:
    """What was found, and the pages that tell it.

    Attributes:
        verdict: on everything that was checked.
        sentence: the result in one line.
        pages: file names to bytes; `index.html` comes first.
    """

    verdict: Verdict
    sentence: str
    pages: Mapping[str, bytes]


def desk_of(evidence: Evidence) -> Desk:
    """Verify everything, then tell what is proven; the same evidence gives the same bytes."""
    return tell(evidence, proof_of(evidence))


def tell(evidence: Evidence, proof: Proof) -> Desk:
    """The pages of what was found out about a log."""
    checks = checks_of(evidence, proof)
    verdict = verdict_of(checks)
    story = story_of(proof.entries[: proof.proven])
    settings = evidence.loaded.project.project
    said = Header(
        title=settings.title,
        period=settings.period,
        synthetic=settings.synthetic,
        verdict=verdict,
        word=WORDS[verdict],
        sentences=tuple(sentences(verdict, checks, proof)),
        span=span(proof),
        pages=PAGES,
    )
    return Desk(verdict, _sentence(checks, proof), render(list(_sheets(evidence, proof, checks, story)), said))


def _sheets(evidence: Evidence, proof: Proof, checks: tuple[Check, ...], story: Story) -> Iterator[Sheet]:
    at, proven = Addresses(story), proof.proven
    last = proof.entries[proven - 1].at if proven else ""
    yield verification.verification(checks, proof, story)
    yield sheets.runs(story, at)
    yield sheets.releases(story, checks, at)
    yield sheets.decisions(story, at)
    yield sheets.keys(story, last, at)
    yield sheets.linkage(story, at)
    yield sheets.others(story, proven, at)
    yield sheets.every_entry(proof, at)
    yield verification.itself(checks, _key_files(evidence.loaded.project), evidence.loaded.project.folders.log)
    yield from (sheets.run(work, proven, at) for work in story.works)
    for told in story.releases:
        yield sheets.release(told, checks, _files(evidence, told.release, told.manifest), proven, at)


def _key_files(project: Project) -> tuple[str, str]:
    folder = Path(project.folders.keys)
    return str(folder / f"{project.keys.log}.pub"), str(folder / f"{project.keys.witness}.pub")


def _files(evidence: Evidence, release: str, manifest: str) -> dict[str, ReleasedFile]:
    """Files of a release that is here as it was approved."""
    return {
        name: file
        for folder in evidence.folders
        if (folder.release, folder.manifest) == (release, manifest)
        for name, file in folder.files.items()
    }


def _sentence(checks: tuple[Check, ...], proof: Proof) -> str:
    verdict = verdict_of(checks)
    if proof.verified is None:
        return f"the log does not verify. {first_fault(proof)}"
    if verdict is Verdict.FAIL:
        return "; ".join(f"{each.what}: {each.found}" for each in checks if each.outcome is Outcome.FAILS)
    undone = [each.what for each in checks if each.outcome is Outcome.NOT_DONE]
    return proof.verified.sentence + (f" Not checked: {'; '.join(undone)}." if undone else "")
