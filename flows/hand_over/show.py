"""Keys of parties as those who answer for them see them."""

from pathlib import Path

from config.errors import KeyFileError, SettingsError
from config.hand_over import HandOverSettings
from config.load import Loaded, load_project
from flows.hand_over.keys import load_public, new_party, private_path, public_path
from flows.hand_over.routes import PARTIES
from flows.layout import layout
from flows.progress import table


def make_party(project_file: Path, name: str) -> str:
    """Make both halves of a party's keys; says what to do with them.

    Raises:
        SettingsError: the project names no such party.
        KeyFileError: the party has keys already.
    """
    loaded = load_project(project_file)
    if name not in _settings(loaded).parties:
        raise SettingsError(loaded.file, [f"hand_over.parties: '{name}' is not among them"])
    made = new_party(layout(loaded).keys, loaded.root / PARTIES, name)
    return (
        f"made the keys of {name}; the private half never leaves this machine\n"
        f"give every other party {PARTIES}/{name}.json, and tell them its fingerprint by telephone:\n"
        f"  {made.fingerprint}\n"
        f'it belongs under [hand_over.parties.{name}] of the project file: fingerprint = "{made.fingerprint}"'
    )


def show_parties(project_file: Path) -> str:
    """Each party's fingerprint as its file here has it, and whether the project file says the same.

    Raises:
        SettingsError: the project names no parties.
    """
    loaded = load_project(project_file)
    places, rows = layout(loaded), []
    for name, party in _settings(loaded).parties.items():
        folder = loaded.root / PARTIES
        if not public_path(folder, name).exists():
            found, agrees = "no public half here", "-"
        else:
            try:
                found = load_public(folder, name).fingerprint
            except KeyFileError:
                found, agrees = "no public half that can be used", "no"
            else:
                agrees = {None: "not said yet", found: "yes"}.get(party.fingerprint, "NO: another key")
        own = "here" if private_path(places.keys, name).exists() else ""
        rows.append(
            {
                "party": name,
                "zones": ", ".join(party.zones),
                "fingerprint": found,
                "as the project file says": agrees,
                "private half": own,
            }
        )
    return table(rows)


def _settings(loaded: Loaded) -> HandOverSettings:
    settings = loaded.project.hand_over
    if settings is None:
        raise SettingsError(loaded.file, ["hand_over: this table is required to name parties"])
    return settings
