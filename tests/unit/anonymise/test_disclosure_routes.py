"""Routes that name bodies without a gateway to each other are withheld, wherever they come from."""

import polars as pl

from anonymise.disclosure.rules import RefusedPair
from config.tables import Dimension, Table


def test_a_route_that_names_both_bodies_of_a_refused_pair_is_unsafe() -> None:
    routes = {
        "prison": False,
        "prison>housing": False,
        "prison>housing>revenues": True,
        "revenues>prison>…": True,
        "{prison, revenues}": True,
        "{housing, prison, …}": False,
        "prison_health>revenues": False,
        "__other__": False,
    }
    cells = pl.DataFrame({"route": list(routes)})
    dimension = Dimension("route", totalled=True, people_additive=False, count_additive=True)
    table = Table("routes", "R", "routes", (dimension,), cells)
    rule = RefusedPair((("prison", "revenues"),))
    assert cells.select(rule.unsafe(table)).to_series().to_list() == list(routes.values())
