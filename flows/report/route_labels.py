"""Routes as readers see them."""

from collections.abc import Mapping

from config.routes import MORE, OTHER_ROUTE, route_of


def route_label(word: str, bodies: Mapping[str, str]) -> str:
    """A category of routes with the titles of its bodies; the word itself where it is none.

    Args:
        word: the category.
        bodies: word to title.
    """
    if word == OTHER_ROUTE:
        return "Other routes"
    route = route_of(word)
    if route is None:
        return word
    titles = [bodies.get(each, each) for each in route.bodies]
    if route.ordered:
        return " → ".join([*titles, MORE] if route.more else titles)
    named = ", ".join(titles[:-1]) + f" and {titles[-1]}"
    return f"{', '.join(titles)} and others, in any order" if route.more else f"{named}, in any order"
