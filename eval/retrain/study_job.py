"""A study begun in the console, in a process of its own: customers who are being served do not wait for it.

`python -m eval.retrain.study_job --project FOLDER --study ID`; how it goes stands in the row of the study.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import sys
from pathlib import Path

from bot.assembly import known_action_names
from bot.project import load_project
from eval.retrain.labels.store import LearningStore
from eval.retrain.labels.studies import Studies
from eval.terminal import open_store

FAILED = 1
_NICE = 10


async def run_job(project_folder: Path, study_id: int) -> int:
    """Run a study that was begun; return the exit status."""
    project = load_project(project_folder, actions=known_action_names())
    async with open_store(project) as database:
        studies = Studies(LearningStore(database))
        study = await studies.read(study_id)
        try:
            study_code = importlib.import_module("eval.retrain.run_study")
        except ModuleNotFoundError:  # scikit-learn comes with the extra `train`
            await studies.fail(study_id, "extra_missing", study.begun_at)
            return FAILED
        await study_code.run_study(project_folder, project, database, study)
    return 0


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--study", type=int, required=True)
    given = parser.parse_args()
    os.nice(_NICE)
    return asyncio.run(run_job(given.project, given.study))


if __name__ == "__main__":
    sys.exit(main())
