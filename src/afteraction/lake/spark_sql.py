"""What Ibis says to Spark where its own words are refused or mean something else."""

from typing import Any

import ibis.expr.datatypes as dt
from ibis.backends.sql.compilers.base import NULL
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

_MICROSECONDS = 1_000_000
"""Of a second. A whole number: to Spark 1e6 is a decimal, and decimals are divided otherwise than fractions."""


class SparkCompiler(PySparkCompiler):  # type: ignore[misc]  # types of optional packages are not read
    """Ibis' compiler with what it says otherwise, or Spark refuses."""

    __slots__ = ()

    def visit_ExtractEpochSeconds(self, op: Any, *, arg: Any) -> Any:  # noqa: ARG002, N802 - as Ibis calls it
        """With fractions of a second, as DuckDB has them: days between two moments are not to lose theirs."""
        return self.cast(self.f.unix_micros(arg), dt.float64) / _MICROSECONDS

    def visit_Median(self, op: Any, *, arg: Any, where: Any) -> Any:  # noqa: ARG002, N802 - as Ibis calls it
        """The exact median, with interpolation."""
        return self.f.percentile(arg if where is None else self.if_(where, arg, NULL), 0.5)
