"""Which of Spark's own settings a project file may use."""

SPARK_SETTINGS = (
    "master",
    "spark.authenticate",
    "spark.blockManager.port",
    "spark.cores.",
    "spark.default.parallelism",
    "spark.driver.bindAddress",
    "spark.driver.cores",
    "spark.driver.host",
    "spark.driver.memory",
    "spark.driver.port",
    "spark.dynamicAllocation.",
    "spark.executor.",
    "spark.io.",
    "spark.kubernetes.",
    "spark.memory.",
    "spark.network.",
    "spark.rpc.",
    "spark.shuffle.",
    "spark.sql.adaptive.",
    "spark.sql.shuffle.",
    "spark.ssl.",
    "spark.task.",
    "spark.yarn.",
)
"""Names of Spark's settings that a project file may use, or how they begin."""

SPARK_NEVER = ("extra", "secret", "password", "token", "classpath", "jar", "credential", "keyfile")
"""What no such name may hold: it would be a secret, or load foreign code."""


def spark_setting(name: str) -> str:
    """The name of a setting that may be used.

    Raises:
        ValueError: it may not.
    """
    allowed = any(name.startswith(each) if each.endswith(".") else name == each for each in SPARK_SETTINGS)
    if not allowed or any(word in name.lower() for word in SPARK_NEVER):
        raise ValueError("'master' or a setting of Spark that docs/how-to/engines.md lists; no secret, no code")
    return name
