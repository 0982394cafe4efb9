"""A body's extracts to frames that keep their contracts, with the rest refused or set aside inside the body."""

from config.errors import ExtractError, SettingsError
from config.load import Loaded
from config.sealing import sealed
from flows.erasure.marks import NOBODY, Marks
from flows.ingest.receipts import Ingested, Receipt
from flows.ingest.whole import check_limits, take_in
from flows.layout import Layout

__all__ = ["Ingested", "Receipt", "check_limits", "ingest", "take_in"]


@sealed("ingest")
def ingest(loaded: Loaded, places: Layout, body: str, *, erased: Marks = NOBODY) -> Ingested:
    """Read, check and map all extracts of one body, and hold them at the arrival gate.

    Writes rows set aside to `quarantine/` and the gate's page to `docs/arrival.html`, both in the body's folder.

    Raises:
        SettingsError: there is no such body, or its date formats cannot be used.
        ExtractError: a file breaks its schema or a rule of hostile input, or too many of its rows break rules.
    """
    from flows.gates import arrival, write_arrival_page

    settings = loaded.project.bodies.get(body)
    if settings is None:
        raise SettingsError(loaded.file, [f"bodies.{body}: there is no such body"])
    taken = take_in(loaded, places, body, erased=erased)
    verdict = arrival(taken.receipts, settings)
    write_arrival_page(places.body(body), loaded.project, body, taken.receipts, verdict)
    check_limits(body, settings, taken.receipts)
    if not verdict.passed:
        broken = [check.name for check in verdict.checks if not check.passed]
        raise ExtractError(body, "all files", f"stopped at the arrival gate: {'; '.join(broken)}")
    return taken
