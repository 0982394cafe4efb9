"""One shared id, held out from linkage and sent as a token of its own, so that linkage can be judged."""

from typing import Final

from anonymise.composites import least_bits
from anonymise.information import bits
from anonymise.keys import Secret, derive
from config.errors import SettingsError
from config.settings import SharedId
from config.terms import ProfileName

PURPOSE: Final = "truth"


def level_of(field: SharedId) -> str:
    """The feature that the token is made of."""
    return f"{field}.exact"


def strong_enough(field: SharedId, profile: ProfileName, population: int, *, most_people: int | None) -> None:
    """Check that the id alone says as much as any composite must.

    It stands alone in its token, so it has to be as hard to find in the structure of tokens as a composite: an id
    of random digits that each person has one of, and no two people share, shows no frequencies and no families.

    Raises:
        SettingsError: it says too little for this profile and this many people.
    """
    least = least_bits(profile, population if most_people is None else most_people)
    held = bits((level_of(field),), population)
    if held < least:
        raise SettingsError(
            "project",
            [
                f"linkage.truth: '{field}' alone holds {held:.1f} bits, and profile '{profile}' asks {least:.1f} "
                "of each token for this many people; leave the setting out"
            ],
        )


def truth_key(secret: Secret, field: SharedId, form: str, project: str, period: str) -> bytes:
    """A key for these tokens alone: they agree with no other token, and with none of another period."""
    return derive(secret, PURPOSE, form, project, period, level_of(field))
