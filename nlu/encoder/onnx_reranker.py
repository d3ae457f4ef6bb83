"""Serving: reads question and wording together and says how likely they ask the same; our folders need no torch."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from nlu.encoder.named_encoder import load_named_model
from nlu.encoder.tokenizer import CharTokenizer, pad_batch
from nlu.errors import ModelError

GRAPH: Final = "reranker.onnx"
LONGEST: Final = 96
"""Tokens of question and wording together."""

Rerank = Callable[[str, Sequence[str]], NDArray[np.float32]]
"""(question, wordings) -> logits float32 [wordings]."""


class OnnxReranker:
    """A folder of ours: reranker.onnx (int8) and vocab.txt."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        for name in (GRAPH, "vocab.txt"):
            if not (path / name).is_file():
                raise ModelError(f"{path}: {name} is missing; train it: python -m nlu.train_reranker")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._tokenizer = CharTokenizer.load(path, max_length=LONGEST)
        self._session = onnxruntime.InferenceSession(str(path / GRAPH), options, providers=["CPUExecutionProvider"])

    def score(self, question: str, wordings: Sequence[str]) -> NDArray[np.float32]:
        """Return a logit for each wording: float32 [wordings]; all go through the model at once."""
        if not wordings:
            return np.zeros(0, dtype=np.float32)
        ids, mask = pad_batch([join_pair(self._tokenizer, question, wording) for wording in wordings])
        logits: NDArray[np.float32] = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return logits


def join_pair(tokenizer: CharTokenizer, question: str, wording: str) -> list[int]:
    """Return [CLS] question [SEP] wording [SEP]; what is too long loses its end."""
    return (tokenizer.token_ids(question)[: LONGEST // 2] + tokenizer.token_ids(wording)[1:])[:LONGEST]


def open_reranker(name: str, root: Path, key: str = "knowledge.reranker") -> Rerank:
    """Load a folder of ours, or a cross-encoder in a Hugging Face folder or by its name; ModelError if that fails."""
    folder = root / name
    if (folder / GRAPH).is_file():
        return OnnxReranker(folder).score
    model = load_named_model("CrossEncoder", name, root, key)

    def score(question: str, wordings: Sequence[str]) -> NDArray[np.float32]:
        pairs = [(question, wording) for wording in wordings]
        scores = np.asarray(model.predict(pairs, show_progress_bar=False), dtype=np.float64)
        if scores.ndim != 1:
            raise ModelError(f"{key}: {name} gives {scores.shape[-1]} values a pair; a reranker gives one")
        return _to_logits(scores).astype(np.float32)

    return score


def _to_logits(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undo the logistic function that cross-encoders with one label end with."""
    if scores.min(initial=0.0) < 0 or scores.max(initial=0.0) > 1:
        return scores
    inside = np.clip(scores, 1e-6, 1 - 1e-6)
    return np.log(inside / (1 - inside))
