"""The trained network at work: ONNX Runtime, one thread, no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime

from nlu.decision import Floats
from nlu.errors import ModelError
from nlu.frontend import TextEncoding, TextTokenizer
from nlu.hints import align_marks

_MODEL_FILE: Final = "model.onnx"
_OUTPUTS: Final = ["intents", "places", "second", "tags"]
_ACTS: Final = "acts"


_NO_ACTS: Final[Floats] = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network says of one sentence with L tokens."""

    encoding: TextEncoding
    logits: Floats
    """[intents]."""
    places: Floats
    """Mean token at which each intent looks [intents]."""
    second: float
    """Probability of more than one request."""
    tags: Floats
    """Probabilities [L, tags]."""
    acts: Floats
    """Probabilities of the dialogue acts [acts]; empty where there are none."""


class ServedNetwork:
    """One session; safe to be used by several threads."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: TextTokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._inputs = frozenset(each.name for each in session.get_inputs())
        self._outputs = [*_OUTPUTS, *(each.name for each in session.get_outputs() if each.name == _ACTS)]

    def read(self, text: str, context: Sequence[int], marks: Sequence[int]) -> Reading:
        """Run the network over `text`; `context`: token numbers before it, `marks`: a hint for each character."""
        encoding = self._tokenizer.encode(text, context=context)
        ids = np.array([encoding.ids], dtype=np.int64)
        sight = np.array([[int(end > start) for start, end in encoding.offsets]], dtype=np.int64)
        hints = np.array([align_marks(marks, encoding.offsets)], dtype=np.int64)
        feed = {"ids": ids, "mask": np.ones_like(sight), "sight": sight, "hints": hints}
        feed = {name: value for name, value in feed.items() if name in self._inputs}
        logits, places, second, tags, *acts = self._session.run(self._outputs, feed)
        shares = acts[0][0] if acts else _NO_ACTS
        return Reading(encoding, logits[0], places[0], float(second[0]), tags[0], shares)


def load_network(folder: Path, tokenizer: TextTokenizer) -> ServedNetwork:
    """Load folder/model.onnx for one thread, with little memory kept back."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    path = folder / _MODEL_FILE
    if not path.is_file():
        raise ModelError(f"{path} is missing; train a model with `gridtalk train`")
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises several unrelated classes
        raise ModelError(f"{path} cannot be loaded: {error}") from error
    return ServedNetwork(session, tokenizer)
