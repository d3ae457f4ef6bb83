"""Serving: sentences to unit vectors with ONNX Runtime on one thread; no torch."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from nlu.encoder.tokenizer import CharTokenizer
from nlu.errors import ModelError

_ROWS_PER_BATCH: Final = 32


class OnnxEncoder:
    """The shipped encoder: a folder with encoder.onnx and vocab.txt."""

    def __init__(self, path: Path | str, *, threads: int = 1, max_length: int = 192) -> None:
        self.path = Path(path)
        self._threads = threads
        self._max_length = max_length
        self._session: onnxruntime.InferenceSession | None = None
        self._tokenizer: CharTokenizer | None = None

    def load(self) -> "OnnxEncoder":
        """Read graph and vocabulary; ModelError if one is missing."""
        for name in ("encoder.onnx", "vocab.txt"):
            if not (self.path / name).is_file():
                raise ModelError(f"{self.path}: {name} is missing; export the encoder first")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        self._tokenizer = CharTokenizer.load(self.path, max_length=self._max_length)
        self._session = onnxruntime.InferenceSession(
            str(self.path / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        return self

    @property
    def session(self) -> onnxruntime.InferenceSession:
        """Return the graph: ids, mask int64 [rows, length] -> vectors fp32 [rows, width]."""
        return self._ready()[0]

    @property
    def width(self) -> int:
        """Return the length of a vector."""
        return int(self._ready()[0].get_outputs()[0].shape[-1])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors [texts, width]; texts of equal length share a batch, so nothing is padded."""
        session, tokenizer = self._ready()
        rows = [tokenizer.token_ids(text) for text in texts]
        vectors = np.zeros((len(rows), self.width), dtype=np.float32)
        for places in _equal_lengths(rows):
            ids = np.array([rows[place] for place in places], dtype=np.int64)
            vectors[places] = session.run(None, {"ids": ids, "mask": np.ones_like(ids)})[0]
        return vectors

    def _ready(self) -> tuple[onnxruntime.InferenceSession, CharTokenizer]:
        if self._session is None or self._tokenizer is None:
            self.load()
        assert self._session is not None
        assert self._tokenizer is not None
        return self._session, self._tokenizer


def _equal_lengths(rows: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    by_length: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        by_length.setdefault(len(row), []).append(place)
    for places in by_length.values():
        yield from (places[begin : begin + _ROWS_PER_BATCH] for begin in range(0, len(places), _ROWS_PER_BATCH))
