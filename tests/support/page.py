"""An HTML page taken apart, for tests of what it holds."""

from html.parser import HTMLParser

VOID = {"meta", "rect", "line", "path"}


class Page(HTMLParser):
    """Elements in order as (tag, attributes, path), and the text outside of style."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.path: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.path.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.path.pop() == tag

    def handle_data(self, data):
        if data.strip() and self.path[-1:] != ["style"]:
            self.texts.append((self.path[-1] if self.path else "", data.strip()))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]
