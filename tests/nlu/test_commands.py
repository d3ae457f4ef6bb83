"""Settings of a training in config.yml."""

from pathlib import Path

import pytest

from nlu.commands_training import load_training_options
from nlu.errors import TrainingError
from nlu.options import TrainingOptions


def write(folder: Path, training: str) -> Path:
    path = folder / "config.yml"
    path.write_text(f"pipeline:\n  - name: TransformerNlu\n    training: {training}\n", encoding="utf-8")
    return path


def test_settings_are_read_and_folders_are_relative_to_the_file(tmp_path: Path) -> None:
    options = load_training_options(write(tmp_path, "{encoder_dir: models/encoder, epochs: 3, urgent_intents: [fire]}"))
    assert options.encoder_dir == tmp_path / "models/encoder"
    assert options.epochs == 3
    assert options.urgent_intents == ("fire",)


def test_no_file_and_no_settings_mean_the_defaults(tmp_path: Path) -> None:
    assert load_training_options(tmp_path / "none.yml") == TrainingOptions()
    assert load_training_options(write(tmp_path, "")) == TrainingOptions()


def test_the_shipped_encoder_is_used_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    (tmp_path / "models/encoder").mkdir(parents=True)
    (tmp_path / "models/encoder/config.json").write_text("{}")
    assert load_training_options(write(tmp_path, "{}")).encoder_dir == tmp_path / "models/encoder"
    assert load_training_options(write(tmp_path, "{encoder_dir: null}")).encoder_dir is None


@pytest.mark.parametrize(
    ("training", "problem"),
    [("{epoch: 3}", "there is epochs"), ("{batch_size: many}", "must be int, not 'many'"), ("[", "cannot be read")],
)
def test_a_wrong_setting_is_told(tmp_path: Path, training: str, problem: str) -> None:
    with pytest.raises(TrainingError, match=problem):
        load_training_options(write(tmp_path, training))
