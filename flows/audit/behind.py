"""Which keys stand behind a release: from its tables back to the tokens they rest on."""

from collections.abc import Mapping
from typing import Final

from config.terms import Action
from flows.audit.entry import Entry

TOKENS: Final = "tokens"


class Behind:
    """What was made of what, as far as the log tells, and which keys are revoked."""

    def __init__(self) -> None:
        """Nothing was made yet."""
        self.revoked: dict[str, int] = {}
        self._tokens: dict[str, tuple[str, str]] = {}
        self._inputs: dict[str, tuple[str, ...]] = {}
        self._tables: dict[str, str] = {}

    def tell(self, entry: Entry) -> None:
        """Take note of an entry."""
        said = entry.facts.values
        match entry.action:
            case Action.ENCODED if said["bundle_kind"] == TOKENS:
                self._tokens[str(said["bundle"])] = (str(said["body"]), str(said["key_id"]))
            case Action.LINKED:
                inputs = said["inputs"]
                self._inputs[str(said["spine"])] = (
                    tuple(str(each) for each in inputs.values()) if isinstance(inputs, Mapping) else ()
                )
            case Action.MEASURED:
                self._inputs[str(said["output"])] = (str(said["spine"]),)
            case Action.PROTECTED:
                # Tables that nothing was done to have the digest they had.
                if said["output"] != said["input"]:
                    self._inputs[str(said["output"])] = (str(said["input"]),)
            case Action.STAGED:
                self._tables[str(said["release"])] = str(said["tables"])
            case Action.KEY_REVOKED:
                self.revoked.setdefault(str(said["key_id"]), entry.seq)
            case _:
                pass

    def revoked_behind(self, release: str) -> Mapping[str, str]:
        """Bodies whose tokens behind a release were made with a revoked key, and that key's id."""
        reached, seen = [self._tables.get(release, "")], set()
        found: dict[str, str] = {}
        while reached:
            digest = reached.pop()
            if digest in seen:
                continue
            seen.add(digest)
            reached += self._inputs.get(digest, ())
            body, key_id = self._tokens.get(digest, ("", ""))
            if key_id in self.revoked:
                found[body] = key_id
        return dict(sorted(found.items()))

    def staged(self) -> tuple[str, ...]:
        """Every release that was ever staged."""
        return tuple(self._tables)
