"""The part of the batch that costs: transcripts in, items out. Texts as bytes, so that any process can do it."""

from __future__ import annotations

from collections.abc import Sequence

from eval.quality.rubric import Rubric
from eval.quality.score import judge_transcript
from eval.quality.totals import dump_items
from eval.quality.transcript import Transcript


def score_chunk(transcripts: Sequence[bytes], rubric: Rubric) -> list[str]:
    """Score transcripts (JSON, one each); return the items of each as JSON, in order. Raises RubricInvalid."""
    return [dump_items(judge_transcript(Transcript.model_validate_json(text), rubric)) for text in transcripts]
