"""The bill of materials: every locked package with its hashes, licence and dependencies. `make sbom` writes it.

CycloneDX's own program reads the lock files; licences and dependencies come from the packages that are installed.
Neither a time nor a random number stands in it: the same lock in the same environment gives the same bytes.
"""

import json
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-spark.lock")
SPEC = "1.6"


def sbom() -> bytes:
    """The bill of materials as CycloneDX JSON."""
    said = json.loads(_read_locks())
    components = [_component(each) for each in said["components"]]
    components.sort(key=lambda each: each["bom-ref"])
    for tool in said["metadata"]["tools"]["components"]:
        tool.pop("externalReferences", None)
    known = {each["name"]: each["bom-ref"] for each in components}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = f"pkg:generic/{project['name']}@{project['version']}"
    said["components"] = components
    said["metadata"]["component"] = {
        "bom-ref": own,
        "type": "application",
        "name": project["name"],
        "version": project["version"],
        "licenses": [{"license": {"id": project["license"]}}],
    }
    asked = {own: project["dependencies"]} | {ref: _asked(name) for name, ref in known.items()}
    said["dependencies"] = [
        {"ref": ref, "dependsOn": _known(requirements, known)} for ref, requirements in sorted(asked.items())
    ]
    return json.dumps(said, indent=1, sort_keys=True).encode() + b"\n"


def licence(package: str) -> str:
    """What a package says its licence is, shortest form first; empty where it is not installed or says nothing."""
    try:
        said = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return ""
    if said.get("License-Expression"):
        return str(said["License-Expression"])
    listed = [each.split(" :: ")[-1] for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    lines = str(said.get("License") or "").splitlines()
    return " / ".join(listed) or (lines[0] if lines else "")


def _read_locks() -> str:
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in LOCKS)
    program = [
        sys.executable,
        "-m",
        "cyclonedx_py",
        "requirements",
        "--sv",
        SPEC,
        "--output-reproducible",
        "--no-validate",
        "-",
    ]
    done = subprocess.run(program, input=text, capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout


def _component(said: dict[str, Any]) -> dict[str, Any]:
    """A component under its purl; its files' hashes stand where they are from, which is any registry."""
    purl = said["purl"]
    files = [
        {"type": "distribution", "url": purl, "hashes": each["hashes"]} for each in said["externalReferences"]
    ]
    told = licence(said["name"])
    licences = {"licenses": [{"license": {"name": told}}]} if told else {}
    return {
        "bom-ref": purl,
        "type": said["type"],
        "name": said["name"],
        "version": said["version"],
        "purl": purl,
        "externalReferences": files,
        **licences,
    }


def _asked(package: str) -> list[str]:
    try:
        return metadata.requires(package) or []
    except metadata.PackageNotFoundError:
        return []


def _known(requirements: list[str], known: dict[str, str]) -> list[str]:
    read = [Requirement(each) for each in requirements]
    names = [
        canonicalize_name(each.name) for each in read if each.marker is None or each.marker.evaluate({"extra": ""})
    ]
    return sorted({known[name] for name in names if name in known})


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(sbom())
