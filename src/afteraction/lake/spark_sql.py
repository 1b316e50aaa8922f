"""What Ibis says to Spark where its own words are refused or mean something else."""

from typing import Any

from ibis.backends.sql.compilers.base import NULL
from ibis.backends.sql.compilers.pyspark import PySparkCompiler


class SparkCompiler(PySparkCompiler):  # type: ignore[misc]  # types of optional packages are not read
    """Ibis' compiler with medians over some of the rows, whose level it would make an expression as well."""

    __slots__ = ()

    def visit_Median(self, op: Any, *, arg: Any, where: Any) -> Any:  # noqa: ARG002, N802 - as Ibis calls it
        """The exact median, with interpolation."""
        return self.f.percentile(arg if where is None else self.if_(where, arg, NULL), 0.5)
