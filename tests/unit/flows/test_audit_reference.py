from pathlib import Path

from config.terms import Manner
from flows.audit import entry, key_words, words
from flows.audit.signed_words import PersonKeyEnd, Reviewed
from flows.audit.vocabulary import SCHEMAS

REFERENCE = (Path(__file__).parents[3] / "docs/reference/audit-log.md").read_text(encoding="utf-8")
WORDS = (
    words.Mode, words.Extract, words.Verdict, words.ApprovalReason, words.RefusalReason,
    words.WithdrawalReason, Manner, Reviewed, PersonKeyEnd, key_words.Signer,
    key_words.RevocationReason, key_words.Original,
)  # fmt: skip


def test_every_action_stands_in_the_reference_with_just_its_facts() -> None:
    for action, schemas in SCHEMAS.items():
        for schema in schemas:
            facts = ", ".join(f"`{name}` {kind.name}" for name, kind in schema.items()) or "none"
            assert f"| `{action}` | {facts} |" in REFERENCE


def test_every_kind_of_fact_stands_in_the_reference() -> None:
    kinds = {kind.name for schemas in SCHEMAS.values() for schema in schemas for kind in schema.values()}
    assert [kind for kind in sorted(kinds) if f"| {kind} |" not in REFERENCE] == []


def test_every_field_of_an_entry_and_every_word_stands_in_the_reference() -> None:
    assert [name for name in sorted(entry.FIELDS) if f"| `{name}` |" not in REFERENCE] == []
    assert [word for words in WORDS for word in words if f"`{word}`" not in REFERENCE] == []
