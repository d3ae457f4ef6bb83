"""Writing a trained network as ONNX, with eight-bit weights where asked."""

import logging
import warnings
from pathlib import Path
from typing import Final

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from nlu.model import JointNetwork
from nlu.word_encoder import WordEncoder

INPUTS: Final = ("ids", "mask", "sight", "hints")
OUTPUTS: Final = ("intents", "places", "second", "tags")
ACTS: Final = "acts"
"""The fifth output, where there are dialogue acts."""
MODEL_FILE: Final = "model.onnx"


class _Served(nn.Module):
    """The network with the outputs that serving needs, as probabilities where one is asked for."""

    def __init__(self, network: JointNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, mask: Tensor, sight: Tensor, hints: Tensor) -> tuple[Tensor, ...]:
        outputs = self.network(ids, mask, sight, hints)
        shown = (outputs.intents, outputs.places, torch.sigmoid(outputs.second), torch.softmax(outputs.tags, dim=2))
        return (*shown, torch.softmax(outputs.acts, dim=1)) if self.network.has_acts else shown


def export_network(network: JointNetwork, folder: Path, *, quantise: bool) -> Path:
    """Write folder/model.onnx; inputs are int64 [B, L] (ids of words [B, L, F]), outputs those of `OUTPUTS`."""
    path = folder / MODEL_FILE
    sample = torch.ones((1, 8), dtype=torch.int64)
    is_featured = isinstance(network.encoder, WordEncoder)
    ids = torch.ones((1, 8, 4), dtype=torch.int64) if is_featured else sample
    axes = {name: {0: "batch", 1: "length"} for name in (*INPUTS, "tags")}
    axes["ids"] |= {2: "features"} if is_featured else {}
    names = [*OUTPUTS, ACTS] if network.has_acts else list(OUTPUTS)
    axes |= {name: {0: "batch"} for name in names if name != "tags"}
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of constants that are constant here
        torch.onnx.export(
            _Served(network).eval(),
            (ids, sample, sample, torch.zeros_like(sample)),
            str(path),
            input_names=list(INPUTS),
            output_names=names,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    if not quantise:
        return path
    logging.disable(logging.WARNING)  # it recommends a step that changes nothing for this graph
    quantize_dynamic(
        onnx.load(str(path)),
        path,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"MatMulConstBOnly": True},
    )
    logging.disable(logging.NOTSET)
    return path
