"""Writers of the Kaldi objects that libvosk reads: transition model and nnet3 network, binary, little endian.

File header `\\0B`; token = ascii and a blank; int32 = 04 + i4; float = 04 + f4; double = 08 + f8; vector of int =
04 + count + i4s; vector = `FV ` + int32 + f4s; matrix = `CM2 ` + least value f4 + range f4 + rows i4 + columns i4 +
u2s by rows (16 bits a value: half the size of floats). Sources: Kaldi `src/base/io-funcs-inl.h`,
`src/matrix/compressed-matrix.cc`, `src/hmm/transition-model.cc`, `src/hmm/hmm-topology.cc`, `src/nnet3/nnet-nnet.cc`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

BINARY_HEADER = b"\0B"
_LARGEST_CODE = 65535
SELF_LOOP = 0.5
"""Probability of staying in a phone's one state."""
Activation = Literal["RectifiedLinearComponent", "LogSoftmaxComponent"]


@dataclass(frozen=True, slots=True)
class Layer:
    """One affine layer over spliced frames, then a nonlinearity."""

    name: str
    offsets: tuple[int, ...]
    """Frames of the layer below that are appended, relative to the present one."""
    weight: NDArray[np.float32]
    """(outputs, inputs * len(offsets))"""
    bias: NDArray[np.float32]
    activation: Activation


@dataclass(frozen=True, slots=True)
class TransitionIds:
    """The transition-ids of a phone's one state."""

    self_loop: int
    leave: int


def _token(text: str) -> bytes:
    return text.encode() + b" "


def _int(value: int) -> bytes:
    return b"\x04" + struct.pack("<i", value)


def _float(value: float) -> bytes:
    return b"\x04" + struct.pack("<f", value)


def _double(value: float) -> bytes:
    return b"\x08" + struct.pack("<d", value)


def _ints(values: Sequence[int]) -> bytes:
    return b"\x04" + struct.pack("<i", len(values)) + np.asarray(values, "<i4").tobytes()


def _vector(values: NDArray[np.float32]) -> bytes:
    return b"FV " + _int(len(values)) + np.asarray(values, "<f4").tobytes()


def _matrix(values: NDArray[np.float32]) -> bytes:
    least = float(values.min())
    span = max(float(values.max()) - least, 1e-6)
    codes = np.rint((values.astype(np.float64) - least) / span * _LARGEST_CODE).astype("<u2")
    return b"CM2 " + struct.pack("<ffii", least, span, *values.shape) + codes.tobytes()


def _topology(phones: list[int]) -> bytes:
    """One emitting state per phone: stay or leave."""
    places = [-1] * (max(phones) + 1)
    for phone in phones:
        places[phone] = 0
    entry = _int(1) + _int(2) + _int(0) + _int(2) + _int(0) + _float(SELF_LOOP) + _int(1) + _float(1 - SELF_LOOP)
    final = _int(-1) + _int(0)
    return _token("<Topology>") + _ints(phones) + _ints(places) + entry + final + _token("</Topology>")


def render_transition_model(pdf_of_phone: dict[int, int]) -> bytes:
    """Return <TransitionModel>; phones are numbered from 1, one state each."""
    phones = sorted(pdf_of_phone)
    triples = b"".join(_int(phone) + _int(0) + _int(pdf_of_phone[phone]) for phone in phones)
    log_probs = np.full(1 + 2 * len(phones), np.log(SELF_LOOP), np.float32)
    log_probs[0] = 0.0
    log_probs[2::2] = np.log(1 - SELF_LOOP)
    return (
        _token("<TransitionModel>")
        + _topology(phones)
        + _token("<Triples>")
        + _int(len(phones))
        + triples
        + _token("</Triples>")
        + _token("<LogProbs>")
        + _vector(log_probs)
        + _token("</LogProbs>")
        + _token("</TransitionModel>")
    )


def number_transitions(phones: Sequence[int]) -> dict[int, TransitionIds]:
    """Transition-ids count from 1 over the phones in order: stay, leave."""
    return {phone: TransitionIds(2 * index + 1, 2 * index + 2) for index, phone in enumerate(sorted(phones))}


def _affine(layer: Layer) -> bytes:
    return (
        _token("<FixedAffineComponent>")
        + _token("<LinearParams>")
        + _matrix(layer.weight)
        + _token("<BiasParams>")
        + _vector(layer.bias)
        + _token("</FixedAffineComponent>")
    )


def _nonlinearity(kind: Activation, dim: int) -> bytes:
    none = np.zeros(0, np.float32)
    statistics = (
        _token("<ValueAvg>")
        + _vector(none)
        + _token("<DerivAvg>")
        + _vector(none)
        + _token("<Count>")
        + _double(0)
        + _token("<OderivRms>")
        + _vector(none)
        + _token("<OderivCount>")
        + _double(0)
        + _token("<NumDimsSelfRepaired>")
        + _double(0)
        + _token("<NumDimsProcessed>")
        + _double(0)
    )
    return _token(f"<{kind}>") + _token("<Dim>") + _int(dim) + statistics + _token(f"</{kind}>")


def _splice(source: str, offsets: tuple[int, ...]) -> str:
    if offsets == (0,):
        return source
    parts = (source if offset == 0 else f"Offset({source}, {offset})" for offset in offsets)
    return f"Append({', '.join(parts)})"


def render_network(feature_dim: int, layers: Sequence[Layer], priors: NDArray[np.float32]) -> bytes:
    """Return <Nnet3> with context and class priors (libvosk subtracts their logarithm)."""
    config, components, source = [f"input-node name=input dim={feature_dim}"], [], "input"
    for layer in layers:
        for suffix, body, inputs in (
            ("affine", _affine(layer), _splice(source, layer.offsets)),
            ("act", _nonlinearity(layer.activation, len(layer.bias)), f"{layer.name}.affine"),
        ):
            name = f"{layer.name}.{suffix}"
            config.append(f"component-node name={name} component={name} input={inputs}")
            components.append(_token("<ComponentName>") + _token(name) + body)
        source = f"{layer.name}.act"
    config.append(f"output-node name=output input={source} objective=linear")
    return (
        _token("<Nnet3>")
        + b"\n"
        + ("\n".join(config) + "\n\n").encode()
        + _token("<NumComponents>")
        + _int(len(components))
        + b"".join(components)
        + _token("</Nnet3>")
        + _token("<LeftContext>")
        + _int(sum(-min(layer.offsets) for layer in layers))
        + _token("<RightContext>")
        + _int(sum(max(layer.offsets) for layer in layers))
        + _token("<Priors>")
        + _vector(priors)
    )
