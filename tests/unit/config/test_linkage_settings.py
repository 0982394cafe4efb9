"""Where a linkage is worked out: which engines, how much memory, and what may be said to Spark."""

import pytest
from pydantic import ValidationError

from config.settings import LinkageSettings


@pytest.mark.parametrize(
    "name",
    [
        "master",
        "spark.executor.memory",
        "spark.driver.host",
        "spark.sql.shuffle.partitions",
        "spark.network.crypto.enabled",
        "spark.authenticate",
        "spark.yarn.queue",
    ],
)
def test_spark_may_be_told(name: str) -> None:
    assert LinkageSettings(spark={name: "x"}).spark == {name: "x"}


@pytest.mark.parametrize(
    "name",
    [
        "spark.jars",
        "spark.jars.packages",
        "spark.executor.extraJavaOptions",
        "spark.executor.extraClassPath",
        "spark.authenticate.secret",
        "spark.ssl.keyPassword",
        "spark.kubernetes.authenticate.oauthToken",
        "spark.kubernetes.authenticate.clientKeyFile",
        "spark.eventLog.enabled",
        "spark.ui.enabled",
        "spark.local.dir",
        "spark.driver.hosts",
        "spark.log.level",
        "spark.plugins",
        "executor.memory",
        "",
    ],
)
def test_spark_may_not_be_told_secrets_or_code_or_where_values_would_show(name: str) -> None:
    with pytest.raises(ValidationError):
        LinkageSettings(spark={name: "x"})


@pytest.mark.parametrize(
    "wrong",
    [{"engine": "dask"}, {"most_memory_gib": 0.5}, {"most_memory_gib": "8"}, {"spark": {"master": 2}}],
)
def test_what_is_no_engine_or_no_memory_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LinkageSettings.model_validate(wrong)
