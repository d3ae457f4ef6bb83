"""Encoders that others have trained: a folder in the Hugging Face layout, or a name on the hub."""

import logging
from pathlib import Path
from typing import Final

from transformers import AutoModel, AutoTokenizer, PreTrainedModel
from transformers.utils.logging import disable_progress_bar

from nlu.encoder.vocabulary import CONTEXT_TOKEN_COUNT, CONTEXT_TOKENS, SPECIAL_TOKENS
from nlu.errors import TrainingError
from nlu.hub_reach import hub_answers
from nlu.subwords import SubwordRules, SubwordTokenizer

_LONGEST: Final = 192
_REMEDY: Final = "download the model where there is internet and name its folder (config.json, tokenizer.json, weights)"


def is_our_encoder(encoder: Path | str) -> bool:
    """Say whether this is a folder with our character vocabulary."""
    path = Path(encoder) / "vocab.txt"
    if not path.is_file():
        return False
    with path.open(encoding="utf-8") as file:
        head = [line.rstrip("\n") for line, _ in zip(file, range(len(SPECIAL_TOKENS) + 1), strict=False)]
    return head == [*SPECIAL_TOKENS, CONTEXT_TOKENS[0]]


def load_hub_encoder(encoder: Path | str, *, dropout: float) -> tuple[SubwordTokenizer, PreTrainedModel]:
    """Load tokenizer and model; TrainingError says in one line what is missing where."""
    disable_progress_bar()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # its retries would hide our line
    name = str(encoder)
    if isinstance(encoder, Path) and not (encoder / "config.json").is_file():
        what = "has no config.json" if encoder.is_dir() else "does not exist"
        raise TrainingError(f"encoder_dir: the folder {name} {what}; {_REMEDY}")
    drops = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    try:
        only_here = (
            isinstance(encoder, Path) or not hub_answers()
        )  # what was downloaded before is found without the hub
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=only_here)
        model = AutoModel.from_pretrained(name, attn_implementation="eager", local_files_only=only_here)
    except Exception as error:  # whatever goes wrong in there, the user can do one thing
        place = f"the folder {name} holds no usable model" if isinstance(encoder, Path) else _unreachable(name)
        raise TrainingError(f"encoder_dir: {place} ({_first_line(error)}); {_REMEDY}") from error
    if not getattr(tokenizer, "is_fast", False):
        raise TrainingError(f"encoder_dir: {name} has no fast tokenizer (tokenizer.json), which says where words are")
    for key, value in drops.items():
        setattr(model.config, key, value)
    start = max(len(tokenizer), int(model.config.vocab_size))
    model.resize_token_embeddings(start + CONTEXT_TOKEN_COUNT, mean_resizing=False)
    return SubwordTokenizer(tokenizer.backend_tokenizer, _read_rules(tokenizer, model, start)), model.float()


def _read_rules(tokenizer: "AutoTokenizer", model: PreTrainedModel, context_start: int) -> SubwordRules:
    def number(*names: str) -> int | None:
        found = (getattr(tokenizer, name, None) for name in names)
        return next((int(one) for one in found if one is not None), None)

    first, last = number("cls_token_id", "bos_token_id"), number("sep_token_id", "eos_token_id")
    longest = int(getattr(model.config, "max_position_embeddings", 0) or _LONGEST + 2) - 2
    return SubwordRules(
        first=() if first is None else (first,),
        last=() if last is None else (last,),
        unknown=number("unk_token_id", "pad_token_id") or 0,
        context_start=context_start,
        max_length=min(_LONGEST, longest),
    )


def _unreachable(name: str) -> str:
    return f"{name!r} is no folder here, and the hub does not give it"


def _first_line(error: Exception) -> str:
    text = (str(error) or type(error).__name__).strip().split("\n", 1)[0]
    return text if len(text) <= 160 else text[:157] + "..."
