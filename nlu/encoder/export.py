"""The encoder as an ONNX graph with int8 weights, mean pooling and normalisation inside."""

import json
import tempfile
import warnings
from pathlib import Path
from typing import Any, Final

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn
from transformers import BertModel

GRAPH: Final = "encoder.onnx"
_OPSET: Final = 17


class PlainEncoder(nn.Module):
    """A BERT encoder written out with one matrix for query, key and value: what an exporter and a CPU like best."""

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.heads = int(model.config.num_attention_heads)
        self.embeddings = model.embeddings
        self.layers = nn.ModuleList(PlainLayer(layer, self.heads) for layer in model.encoder.layer)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the last states, [rows, length, hidden], of token numbers and mask, both [rows, length]."""
        positions = torch.cumsum(torch.ones_like(ids), dim=1) - 1
        embeddings = self.embeddings
        states: Tensor = embeddings.word_embeddings(ids) + embeddings.position_embeddings(positions)
        states = embeddings.LayerNorm(states + embeddings.token_type_embeddings.weight[0])
        hidden_places = (1.0 - mask[:, None, None, :].float()) * -10000.0
        for layer in self.layers:
            states = layer(states, hidden_places)
        return states


class PlainLayer(nn.Module):
    """One layer: attention, feed-forward, each added to its input and normalised."""

    def __init__(self, layer: Any, heads: int) -> None:
        super().__init__()
        attention = layer.attention.self
        parts = [attention.query, attention.key, attention.value]
        self.heads = heads
        self.weight = nn.Parameter(torch.cat([part.weight for part in parts]).T.contiguous())
        self.bias = nn.Parameter(torch.cat([part.bias for part in parts]))
        self.mix: Any = layer.attention.output
        self.widen: Any = layer.intermediate.dense
        self.narrow: Any = layer.output

    def forward(self, states: Tensor, hidden_places: Tensor) -> Tensor:
        """Return the layer's states, [rows, length, hidden]."""
        rows, length, width = states.shape
        joined = (states @ self.weight + self.bias).view(rows, length, 3 * self.heads, width // self.heads)
        query, key, value = joined.transpose(1, 2).chunk(3, dim=1)
        scores = query @ key.transpose(2, 3) * (width // self.heads) ** -0.5 + hidden_places
        mixed = (scores.softmax(dim=-1) @ value).transpose(1, 2).reshape(rows, length, width)
        states = self.mix.LayerNorm(self.mix.dense(mixed) + states)
        wide = nn.functional.gelu(self.widen(states))
        narrow: Tensor = self.narrow.LayerNorm(self.narrow.dense(wide) + states)
        return narrow


class PooledEncoder(nn.Module):
    """Token numbers -> unit vectors."""

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.encoder = PlainEncoder(model)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the normalised mean of the states, [rows, hidden]."""
        weight = mask.unsqueeze(-1).float()
        mean: Tensor = (self.encoder(ids, mask) * weight).sum(1) / weight.sum(1)
        return nn.functional.normalize(mean, dim=-1)


def export_onnx(start: Path, out: Path, *, is_quantised: bool = True) -> Path:
    """Write `start` as `out`/encoder.onnx: ids, mask int64 [rows, length] -> vectors fp32 [rows, hidden]."""
    model = BertModel.from_pretrained(str(start), add_pooling_layer=False).float().eval()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        write_graph(PooledEncoder(model).eval(), plain, output="vectors")
        if not is_quantised:
            return plain.replace(out / GRAPH)
        quantise(plain, out / GRAPH)
    return out / GRAPH


def write_graph(module: nn.Module, path: Path, *, output: str) -> None:
    """Export `module(ids, mask)` with free rows and length."""
    ids = torch.tensor([[2, 130, 131, 132, 3], [2, 133, 3, 0, 0]])
    axes = {0: "rows", 1: "length"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter is old, but it needs no further package
        torch.onnx.export(
            module,
            (ids, (ids > 0).long()),
            str(path),
            input_names=["ids", "mask"],
            output_names=[output],
            dynamic_axes={"ids": axes, "mask": axes, output: {0: "rows"}},
            opset_version=_OPSET,
            dynamo=False,
        )


def quantise(plain: Path, quantised: Path) -> None:
    """Store matrices and embeddings as int8; activations are quantised as they come."""
    prepared = plain.with_name("prepared.onnx")
    quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
    quantize_dynamic(
        str(prepared),
        str(quantised),
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )


def save_half_precision(model: BertModel, out: Path) -> None:
    """Write config.json and model.safetensors with fp16 weights, for fine-tuning."""
    model.half().save_pretrained(str(out))
    (out / "model.safetensors").chmod(0o644)
    path = out / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(config | {"hidden_dropout_prob": 0.1}, indent=2) + "\n", encoding="utf-8")
