"""What can go wrong while measuring.

BenchError
+-- NotMeasurable      this machine lacks what the benchmark needs: it is skipped with this word
+-- ServerFailed       the server under test did not start, or ended
+-- LoadFailed         the load process ended without a result
+-- TrainingFailed     `gridtalk train` ended with an error
+-- UnknownBenchmark   there is no benchmark of this name
"""


class BenchError(Exception):
    """The root of this package's errors."""


class NotMeasurable(BenchError):
    """Something that this benchmark needs is not here."""


class ServerFailed(BenchError):
    """The server did not start, or ended."""


class LoadFailed(BenchError):
    """The process that makes the load ended without a result."""


class TrainingFailed(BenchError):
    """`gridtalk train` ended with an error."""


class UnknownBenchmark(BenchError):
    """No benchmark has this name."""
