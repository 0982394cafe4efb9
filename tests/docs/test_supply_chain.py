"""The supply chain: everything is locked by hash, stands in the bill of materials, and may be used."""

import json
import re
from typing import Any

import pytest

from tests.docs.sbom import LOCKS, ROOT, licence, sbom

PAGE = ROOT / "docs" / "explanation" / "supply-chain.md"
FORBIDDING = (
    "GNU Affero",
    "AGPL",
    "SSPL",
    "Commons Clause",
    "Business Source",
    "BUSL",
    "Proprietary",
    "NonCommercial",
)
PACKAGE = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[^ ;\\]+)")


def locked(lock: str) -> dict[tuple[str, str], list[str]]:
    """Each package and version of a lock file, and the SHA-256 of its files."""
    found: dict[tuple[str, str], list[str]] = {}
    for entry in (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        package = PACKAGE.match(entry)
        assert package, entry
        found[package["name"], package["version"]] = re.findall(r"--hash=sha256:([0-9a-f]{64})(?= |$)", entry)
    return found


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    written = sbom()
    assert written == sbom()
    said: dict[str, Any] = json.loads(written)
    return said


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(lock: str) -> None:
    assert locked(lock)
    assert all(locked(lock).values())


def test_nothing_is_installed_without_its_hash() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert len(installs) >= 4
    for line in installs:
        own = "--editable ." in line or "dist/*.whl" in line
        assert "--no-deps" in line
        assert own or "--require-hashes" in line
        # Source is built for PySpark alone, which is published as nothing else.
        assert own or "--only-binary :all:" in line or "requirements-spark.lock" in line


def test_every_locked_package_stands_in_the_bill_with_its_hashes(bill: dict[str, Any]) -> None:
    listed = {
        (each["name"], each["version"]): sorted(
            found["content"] for files in each["externalReferences"] for found in files["hashes"]
        )
        for each in bill["components"]
    }
    wanted = {package: sorted(hashes) for lock in LOCKS for package, hashes in locked(lock).items()}
    assert listed == wanted
    assert len({each["bom-ref"] for each in bill["components"]}) == len(wanted)


def test_the_bill_is_valid_names_no_time_and_no_registry(bill: dict[str, Any]) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = json.dumps(bill)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert "timestamp" not in text
    assert "serialNumber" not in text
    assert "pypi.org" not in text
    assert bill["metadata"]["component"]["name"] == "desirelines"


def test_the_bill_tells_what_the_project_rests_on(bill: dict[str, Any]) -> None:
    own = bill["metadata"]["component"]["bom-ref"]
    (direct,) = [each["dependsOn"] for each in bill["dependencies"] if each["ref"] == own]
    assert {"polars", "prefect", "cryptography", "pydantic"} <= {ref.split("/")[1].split("@")[0] for ref in direct}


def test_no_licence_forbids_use_and_each_weak_copyleft_stands_in_the_page(bill: dict[str, Any]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    silent = []
    for each in bill["components"]:
        told = licence(each["name"])
        assert not [word for word in FORBIDDING if word.lower() in told.lower()], each["name"]
        if not told:
            silent.append(each["name"])
        if not told or re.search(r"GPL|Mozilla|MPL|Artistic", told):
            assert f"`{each['name']}`" in page, (each["name"], told)
    assert len(silent) < 12


def test_every_package_that_could_report_home_stands_in_the_page_with_what_keeps_it_quiet() -> None:
    page = PAGE.read_text(encoding="utf-8")
    from flows.hardening import SILENT

    for name in (*SILENT, "enable_analytics", "enable_external_access", "extension"):
        assert name in page, name
