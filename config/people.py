"""Who acts in a project and as what, and how many must sign a release off."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from pydantic import Field

from config.frozen import Frozen, KeyName, Label
from config.lines import Place

Role = Literal["runner", "output_checker", "custodian", "auditor"]
"""Runs the project; signs releases off; makes, rotates and revokes keys; reads."""

MOST_APPROVERS: Final = 2

REPLACED: Final = {
    "may_run": 'is no longer a setting; in place of may_run = true write "runner" into roles = [ ] of this person',
    "may_approve": 'is no longer a setting; in place of may_approve = true write "output_checker" into '
    "roles = [ ] of this person, and key = the name of their public key",
}
"""Settings of earlier versions, and what to write instead."""
NO_SIGN_OFF: Final = (
    "this section is required; write [sign_off] and below it approvers = 1, or 2 if two must approve"
)


class Person(Frozen):
    """Somebody who acts in the project, by the roles they hold."""

    name: Label
    roles: tuple[Role, ...] = Field(min_length=1)
    """What they may do. Whatever roles somebody holds, they never approve what they ran."""
    key: KeyName | None = None
    """Name of their public key's file; whoever signs releases off needs one."""

    @property
    def may_run(self) -> bool:
        """Whether they may run the project."""
        return "runner" in self.roles

    @property
    def may_approve(self) -> bool:
        """Whether they may sign releases off, but for those they ran."""
        return "output_checker" in self.roles

    @property
    def may_keep_keys(self) -> bool:
        """Whether they may make, rotate and revoke keys."""
        return "custodian" in self.roles


class SignOffSettings(Frozen):
    """What it takes to publish a release."""

    approvers: int = Field(ge=1, le=MOST_APPROVERS)
    """How many different output checkers must approve it, none of whom ran it."""


def people_faults(
    people: Mapping[str, Person | None], sign_off: SignOffSettings | None
) -> Iterator[tuple[Place, str]]:
    """Each setting at fault, with what was expected of it: nothing may be asked that these people cannot do.

    Args:
        people: those of the project file; None where one is not sound.
        sign_off: None where it is not sound.
    """
    sound = {name: person for name, person in people.items() if person is not None}
    yield from _person_faults(sound)
    if not sound or len(sound) < len(people):
        return
    runners = {name for name, person in sound.items() if person.may_run}
    checkers = {name for name, person in sound.items() if person.may_approve}
    # Of the runners the best case counts: somebody who is checker and runner is lost as an approver of their runs.
    beside = max((len(checkers - {runner}) for runner in runners), default=0)
    if not beside:
        yield (
            ("people",),
            "expected somebody with the role output_checker beside somebody else with the role runner",
        )
    elif sign_off is not None and beside < sign_off.approvers:
        yield (
            ("sign_off", "approvers"),
            "expected no more than there are people with the role output_checker beside the one who runs, "
            f"here {beside}; add a section [people.NAME] for another, or lower it",
        )
    if not any(person.may_keep_keys for person in sound.values()):
        yield ("people",), "expected somebody with the role custodian, who makes and rotates keys"


def _person_faults(people: Mapping[str, Person]) -> Iterator[tuple[Place, str]]:
    holders: dict[str, str] = {}
    for name, person in people.items():
        if len(set(person.roles)) < len(person.roles):
            yield ("people", name, "roles"), "a role stands twice"
        if person.may_approve and person.key is None:
            yield (
                ("people", name, "key"),
                "expected the name of a key, since an output_checker signs; `desirelines people new` makes it",
            )
        if person.key is not None and holders.setdefault(person.key, name) != name:
            yield ("people", name, "key"), f"is the key of '{holders[person.key]}' too; everybody has their own"
