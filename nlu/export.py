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

INPUTS: Final = ("ids", "mask", "sight", "hints")
OUTPUTS: Final = ("intents", "places", "second", "tags")
MODEL_FILE: Final = "model.onnx"


class _Served(nn.Module):
    """The network with the outputs that serving needs, as probabilities where one is asked for."""

    def __init__(self, network: JointNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, mask: Tensor, sight: Tensor, hints: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        outputs = self.network(ids, mask, sight, hints)
        return outputs.intents, outputs.places, torch.sigmoid(outputs.second), torch.softmax(outputs.tags, dim=2)


def export_network(network: JointNetwork, folder: Path, *, quantise: bool) -> Path:
    """Write folder/model.onnx; inputs are int64 [B, L], outputs those of `OUTPUTS`."""
    path = folder / MODEL_FILE
    sample = torch.ones((1, 8), dtype=torch.int64)
    axes = {name: {0: "batch", 1: "length"} for name in (*INPUTS, "tags")}
    axes |= {name: {0: "batch"} for name in ("intents", "places", "second")}
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of constants that are constant here
        torch.onnx.export(
            _Served(network).eval(),
            (sample, sample, sample, sample),
            str(path),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
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
