"""What each method guarantees and what it does not, with its parameters, for readers and for the checker."""

from anonymise.disclosure.public import Statement
from config.disclosure import DisclosureSettings
from config.protection import most_never_shown
from config.terms import Method

BESIDE_EARLIER = (
    "The release was attacked together with everything that was published before it, by whichever method: no "
    "withheld number is narrowed too far, no changed one to a single value, and none tells, beside one shown "
    "before, that 1 to {most} people came or went. Further cells are withheld for that, and so is what "
    "suppression withheld before."
)
NOT_KNOWN_ALREADY = "It does not protect against somebody who knows most of the people in a cell."


def statement(settings: DisclosureSettings, *, widened: int = 0, scale: float = 0.0) -> Statement:
    """The statement of the method that the settings name.

    Args:
        settings: with the method's parameters.
        widened: multiples beyond its neighbours that controlled rounding had to allow.
        scale: mean size of the noise of differential privacy, where it is known.
    """
    if settings.rounding is not None:
        return _rounding(settings.rounding.base, settings.least_people)
    if settings.controlled_rounding is not None:
        return _controlled(settings.controlled_rounding.base, widened, settings.least_people)
    if settings.cell_key is not None:
        return _cell_key(settings)
    if settings.differential_privacy is not None:
        return _differential(settings, scale)
    return _suppression(settings)


def _suppression(settings: DisclosureSettings) -> Statement:
    return Statement(
        Method.SUPPRESSION,
        "Unsafe cells are withheld, and further ones so that sums do not give them back. What is shown is exact.",
        (
            f"No cell of fewer than {settings.least_people} people is shown.",
            "From all tables of the release together no withheld number of people can be narrowed to fewer than "
            f"{settings.protection + 1} neighbouring numbers, nor to numbers below {settings.least_people} "
            "alone.",
        ),
        (
            "Numbers that are shown are exact, so that a release of other tables over the same people can be "
            "subtracted from them.",
            NOT_KNOWN_ALREADY,
        ),
    )


def _rounding(base: int, least: int) -> Statement:
    below, above = base - base // 2 - 1, base // 2
    return Statement(
        Method.ROUNDING,
        f"Cells of fewer than {least} people, nobody included, are withheld; every other number is moved to the "
        f"middle of its band of {base} numbers (1 to {base}, {base + 1} to {2 * base}, and so on).",
        (
            f"The true number is {below} below to {above} above the number that is shown: each of {base} "
            "numbers "
            "looks the same.",
            "Further cells are withheld wherever sums of rounded numbers would pin a number to one value, or "
            "narrow a withheld one too far.",
            BESIDE_EARLIER.format(most=least - 1),
        ),
        (
            "Rounded numbers do not add up to their rounded totals.",
            "Somebody who knows all but one person of a cell can learn of the last one where a band ends.",
            NOT_KNOWN_ALREADY,
        ),
    )


def _controlled(base: int, widened: int, least: int) -> Statement:
    most = base * (1 + widened) - 1
    how = "" if not widened else f" Not all sums could be kept by that: some numbers moved by up to {most}."
    return Statement(
        Method.CONTROLLED_ROUNDING,
        f"Every number is rounded up or down to a multiple of {base}, so that all sums of all tables "
        "still add up." + how,
        (
            f"The true number is at most {most} away from the number that is shown; 0 stands for 0 to {most}, "
            "so that nobody and a few people look the same.",
            "All relations between totals and parts hold between the numbers that are shown.",
            "No number can be pinned to one value from all tables of the release together.",
            BESIDE_EARLIER.format(most=least - 1),
        ),
        (
            "Which of the two multiples was taken follows from all numbers together, and says a little of each.",
            "Another release over nearly the same people can round otherwise and so narrow what the true "
            "numbers are, though never to one.",
            NOT_KNOWN_ALREADY,
        ),
        widened,
    )


def _cell_key(settings: DisclosureSettings) -> Statement:
    chosen = settings.cell_key
    if chosen is None:
        raise ValueError
    most, never = chosen.most_deviation, most_never_shown(chosen.most_deviation, settings.least_people)
    hidden = f" The numbers 1 to {never} are never shown." if never else ""
    return Statement(
        Method.CELL_KEY,
        f"Every number is changed by noise of at most {most}, of mean zero and of variance {chosen.variance:g} "
        "(where it is so small that this cannot be, of the nearest that can). The noise follows from "
        "the people in "
        "the cell and from nothing else." + hidden,
        (
            f"The true number is at most {most} away from the number that is shown; nobody is shown as 0, "
            "and so may "
            f"be up to {most} people.",
            "The same people have the same noise in every table and in every release under the same keys, "
            "so that it "
            "does not average out.",
            "Two cells that differ by one person have noise that has nothing to do with each other, so that "
            "their "
            "difference does not show the person.",
            BESIDE_EARLIER.format(most=settings.least_people - 1),
        ),
        (
            "Numbers that are shown do not add up to their totals.",
            "Where many cells add up to one that is shown as well, their sum tells more of the true total "
            "than any "
            "one number does.",
            "Under other keys (a later key period) the same people have other noise.",
            "One person with many things counted in a cell changes the count by more than the noise hides.",
            NOT_KNOWN_ALREADY,
        ),
    )


def _differential(settings: DisclosureSettings, scale: float) -> Statement:
    chosen = settings.differential_privacy
    if chosen is None:
        raise ValueError
    strength = f" A number is off by about {scale:,.0f} on average." if scale else ""
    return Statement(
        Method.DIFFERENTIAL_PRIVACY,
        "Every number has noise of the discrete Laplace distribution, scaled to what one person can "
        "change in all "
        f"tables together; of each table {chosen.most_cells_per_person} things of one person are counted "
        "at most. "
        "Only numbers of people and of things are shown." + strength,
        (
            f"Whatever somebody knows already, whether one person is in the data changes the chance of any "
            "release "
            f"by a factor of at most exp({chosen.epsilon:g}): epsilon is {chosen.epsilon:g}.",
            f"All releases of the period together spend at most {chosen.total_epsilon:g}; what was spent "
            "stands in a "
            "ledger, and a release beyond it is refused.",
        ),
        (
            "Numbers do not add up, small ones may be mostly noise, and less than nobody is shown as 0.",
            "What is said beside the tables (the inputs, the linkage and its quality, a limit of the number of "
            "persons) is not covered, nor are releases of other periods or projects.",
            "A group of people who act alike is protected less: epsilon counts once for each of them.",
        ),
    )
