"""The quality review's part of the console: its addresses, and what they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.desk.organisation import Organisation
from connectors.phone.archive import open_archive
from console.quality_api import QualityApi
from console.quality_calibration_api import QualityCalibrationApi
from console.quality_intake_api import QualityIntakeApi
from console.quality_office_api import QualityOfficeApi, item_names, read_rubric
from console.quality_sound_api import QualitySoundApi
from console.staff import StaffBook
from eval.quality.begun import begun_work
from eval.quality.jobs import Jobs
from eval.quality.scoring import Scoring
from eval.quality.sounds import Sounds
from eval.quality.store import QualityStore
from storage.clock import Clock

QualityPart = QualityApi | QualityOfficeApi | QualityCalibrationApi | QualitySoundApi | QualityIntakeApi


@dataclass(frozen=True, slots=True)
class QualityParts:
    """What serves the quality pages."""

    store: QualityStore
    jobs: Jobs
    """To be closed when the server stops."""
    names: Mapping[int, str]
    """Of the rubric's items."""
    parts: tuple[QualityPart, ...]


def build_quality(book: StaffBook, root: Path, organisation: Organisation, clock: Clock) -> QualityParts:
    """Return the parts over the staff's database. Raises RubricInvalid."""
    store, rubric, archive = QualityStore(book.database), read_rubric(root), open_archive()
    names, sounds, jobs = item_names(rubric), Sounds(archive), Jobs(store, clock)
    work = begun_work(root, Scoring(store, organisation, archive), clock)
    parts = (
        QualityApi(store, sounds, clock),
        QualityOfficeApi(store, book, rubric, clock),
        QualityCalibrationApi(store, names, clock),
        QualitySoundApi(store, sounds),
        QualityIntakeApi(work, jobs),
    )
    return QualityParts(store, jobs, names, parts)
