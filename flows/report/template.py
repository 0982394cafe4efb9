"""Pages of one frame: the same style, head, figures and tables, whatever they tell."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

SHARED = ("frame.html.j2", "parts.html.j2")
STYLE = "report.css"


def fill(package: str, name: str, *, style: str = "", **values: object) -> str:
    """A page from the template `name` of a package, which extends the frame.

    Args:
        package: where the template lies.
        name: of its file.
        style: more CSS for this page alone.
        values: what the template names.
    """
    whole_style = files("flows.report").joinpath(STYLE).read_text(encoding="utf-8") + style
    page = _template(package, name).render(
        style=whole_style,
        style_digest=base64.b64encode(hashlib.sha256(whole_style.encode()).digest()).decode(),
        **values,
    )
    return page.rstrip() + "\n"


@cache
def _template(package: str, name: str) -> "Template":
    """Compiled once: that takes longer than filling it."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    shared = files("flows.report")
    texts = {each: shared.joinpath(each).read_text(encoding="utf-8") for each in SHARED}
    texts[name] = files(package).joinpath(name).read_text(encoding="utf-8")
    environment = Environment(
        loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name)
