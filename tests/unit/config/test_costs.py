"""What a contact costs: a number or a range."""

import pytest
from pydantic import ValidationError

from config.event_words import Channel
from config.settings import MeasureSettings


def costs(said: str) -> MeasureSettings:
    return MeasureSettings.model_validate_json(f'{{"unit_cost_pence": {{"phone": {said}}}}}')


def test_a_number_alone_is_the_usual_cost_and_its_own_range() -> None:
    found = costs("400").unit_cost_pence[Channel.PHONE]
    assert (found.lowest, found.usual, found.highest) == (400, 400, 400)
    found = costs('{"usual": 400, "low": 128}').unit_cost_pence[Channel.PHONE]
    assert (found.lowest, found.usual, found.highest) == (128, 400, 400)


@pytest.mark.parametrize(
    "said",
    ["-1", "true", "1.5", '"4"', '{"low": 1}', '{"usual": 4, "low": 5}', '{"usual": 4, "high": 3}', "[1, 2]"],
)
def test_what_is_no_cost_is_refused(said: str) -> None:
    with pytest.raises(ValidationError):
        costs(said)
