"""G.711 by tables (ITU-T G.711, 11/1988): A-law with the sign bit as the recommendation has it, and mu-law.

The RTP library's A-law has the sign inverted: nobody hears it, but echo cancelling, mixing and recordings do.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from aiortp.codecs import Codec

from speech.protocols import FRAME_BYTES, SAMPLE_RATE_HZ

PCMU = 0
PCMA = 8
_SAMPLES_PER_FRAME = FRAME_BYTES // 2
_MU_BIAS = 33
Table = npt.NDArray[np.int16]


def _expand_a(code: int) -> int:
    """One A-law octet -> 16-bit sample (13 bits, left justified)."""
    code ^= 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    value = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return value if code & 0x80 else -value


def _expand_mu(code: int) -> int:
    """One mu-law octet -> 16-bit sample (14 bits, left justified)."""
    code = ~code & 0xFF
    value = ((((code & 15) << 1) + _MU_BIAS) << ((code >> 4) & 7)) - _MU_BIAS
    return -(value << 2) if code & 0x80 else value << 2


def _nearest_codes(expanded: Table) -> bytes:
    """Return the code of the nearest value for each of the 65536 samples, in the order of uint16."""
    order = np.argsort(expanded, kind="stable")
    values = expanded[order].astype(np.int32)
    samples = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    places = np.searchsorted(values, samples).clip(1, 255)
    lower, upper = values[places - 1], values[places]
    nearest = np.where(samples - lower < upper - samples, places - 1, places)
    return order[nearest].astype(np.uint8).tobytes()


class G711(Codec):
    """One law as the RTP session's codec; stateless, shared by all calls."""

    def __init__(self, payload_type: int) -> None:
        self._payload_type = payload_type
        expand = _expand_a if payload_type == PCMA else _expand_mu
        self._expanded: Table = np.array([expand(code) for code in range(256)], np.int16)
        codes = bytearray(_nearest_codes(self._expanded))
        codes[0] = encode_of_silence(payload_type)
        self._codes = np.frombuffer(bytes(codes), np.uint8)

    @property
    def name(self) -> str:
        """The law's name in a session description."""
        return "PCMA" if self._payload_type == PCMA else "PCMU"

    @property
    def sample_rate(self) -> int:
        """Hz"""
        return SAMPLE_RATE_HZ

    @property
    def samples_per_frame(self) -> int:
        """Samples in 20 ms."""
        return _SAMPLES_PER_FRAME

    def encode(self, pcm: bytes) -> bytes:
        """int16 samples -> one octet each."""
        return self._codes[np.frombuffer(pcm, np.uint16)].tobytes()

    def decode(self, payload: bytes) -> bytes:
        """Octets -> int16 samples."""
        return self._expanded[np.frombuffer(payload, np.uint8)].tobytes()


def encode_of_silence(payload_type: int) -> int:
    """Return the octet of a zero sample: positive zero of either law."""
    return 0xD5 if payload_type == PCMA else 0xFF


CODECS = {PCMA: G711(PCMA), PCMU: G711(PCMU)}
