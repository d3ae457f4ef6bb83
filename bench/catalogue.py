"""All benchmarks by name, in the order in which they are run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from bench.cold_start import measure_cold_start
from bench.environment import measure_environment
from bench.errors import UnknownBenchmark
from bench.figures import Measure
from bench.memory import measure_memory
from bench.parsing import measure_parsing
from bench.phone import measure_phone
from bench.releases import measure_releases
from bench.rest import measure_rest
from bench.retrieval import measure_retrieval
from bench.spoken import measure_spoken
from bench.tariffs import measure_tariffs
from bench.training import measure_training
from bench.understanding import measure_understanding

BENCHMARKS: Mapping[str, Measure] = {
    "rest": measure_rest,
    "cold_start": measure_cold_start,
    "memory": measure_memory,
    "parsing": measure_parsing,
    "retrieval": measure_retrieval,
    "tariffs": measure_tariffs,
    "releases": measure_releases,
    "phone": measure_phone,
    "spoken": measure_spoken,
    "environment": measure_environment,
    "training": measure_training,
    "understanding": measure_understanding,
}


def choose_benchmarks(names: Iterable[str]) -> dict[str, Measure]:
    """Return the named benchmarks, all of them without a name. Raises UnknownBenchmark with the nearest name."""
    wanted = list(names) or list(BENCHMARKS)
    for name in wanted:
        if name not in BENCHMARKS:
            near = get_close_matches(name, BENCHMARKS, n=1) or list(BENCHMARKS)
            raise UnknownBenchmark(f"there is no benchmark {name!r}; there is {', '.join(near)}")
    return {name: BENCHMARKS[name] for name in wanted}
