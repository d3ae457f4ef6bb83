"""Everything that the knowledge base refuses to do, as one tree with one root.

KnowledgeError
├── ArticleFileInvalid         a file under data/knowledge is wrong; lists every mistake with file, article and key
├── VocabularyInvalid          data/knowledge_synonyms.yml is wrong
├── CalibrationInvalid         the weights of the retrieval are missing, broken or of another version
├── EditingError
│   ├── ArticleUnknown         there is no such article, or it lies outside the place of who asks
│   ├── OutsidePlace           the article is not all within the place of who acts
│   ├── ContentInvalid         what an article says is not complete or cannot be; lists every field
│   ├── ActRefused             the act does not fit the article as it is now; `code` says why
│   ├── ImportUnreadable       a file cannot be read as a table of articles
│   └── BookUnavailable        the database of articles does not answer
└── TariffError
    ├── TariffFileInvalid      a file under data/tariffs is wrong; lists every mistake with file and key
    ├── TariffEditRefused      a version of a region's tables cannot be changed or published so; `code` says why
    ├── TariffRequestInvalid   the request contradicts itself or lacks a figure; names the field
    └── TariffNotFound         no table for this region, category, month or voltage; says what there is
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class KnowledgeError(Exception):
    """The root: catch this to catch all of the package's errors."""

    code: ClassVar[str] = "knowledge_error"
    """Stable name for machines, as in the `code` of an HTTP error."""


@dataclass(frozen=True, slots=True)
class ArticleMistake:
    """One thing that is wrong in one file of articles."""

    file: str
    """File name, without folder."""
    article: str
    """Its id; its place such as `[3]` when it has none; empty when the whole file is meant."""
    key: str
    """Path of the key inside the article, such as `similar[2]`."""
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.article, self.key, self.message) if part)


class ArticleFileInvalid(KnowledgeError):
    """The articles were read and found wrong; `mistakes` lists all of them, not only the first."""

    code = "article_file_invalid"

    def __init__(self, mistakes: Sequence[ArticleMistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(str(mistake) for mistake in self.mistakes))


class VocabularyInvalid(KnowledgeError):
    """The words of the trade cannot be read; the text names file and key."""

    code = "vocabulary_invalid"


class CalibrationInvalid(KnowledgeError):
    """The weights of the retrieval cannot be used; the text names the file."""

    code = "calibration_invalid"


class EditingError(KnowledgeError):
    """An edit cannot be done."""

    code = "editing_error"


class ArticleUnknown(EditingError):
    """Nothing with this id can be seen by who asks."""

    code = "not_found"

    def __init__(self, kind: str = "article") -> None:
        super().__init__(f"there is no such {kind}")


class OutsidePlace(EditingError):
    """Only articles of one's own place may be changed."""

    code = "outside_scope"

    def __init__(self) -> None:
        super().__init__("an article for other places, or for everywhere, is for who works everywhere")


@dataclass(frozen=True, slots=True)
class FieldMistake:
    """One field of an article that is wrong."""

    field: str
    """Path such as `source.checked`."""
    message: str
    """What is wrong, in Chinese: editors read it."""


class ContentInvalid(EditingError):
    """What an article says cannot be taken; `mistakes` lists all of them."""

    code = "invalid_article"

    def __init__(self, mistakes: Sequence[FieldMistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(f"{mistake.field}: {mistake.message}" for mistake in self.mistakes))


class ActRefused(EditingError):
    """The article is in another state than the act needs; `reason` is the code for machines."""

    code = "act_refused"

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class ImportUnreadable(EditingError):
    """The file as a whole is no table of articles."""

    code = "import_invalid"


class BookUnavailable(EditingError):
    """The database of articles does not answer."""

    code = "store_unavailable"


class TariffError(KnowledgeError):
    """Something about tariffs cannot be done."""

    code = "tariff_error"


@dataclass(frozen=True, slots=True)
class TariffFileMistake:
    """One thing that is wrong in one tariff file."""

    file: str
    """File name, without folder."""
    key: str
    """Path of the key inside the file, such as `catalogue[0].tiers[1].prices`."""
    message: str
    line: int = 0
    """Where it stands, from 1; 0: in no line of its own."""

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}" if self.key else f"{self.file}: {self.message}"


class TariffFileInvalid(TariffError):
    """The tariff files were read and found wrong; `mistakes` lists all of them, not only the first."""

    code = "tariff_file_invalid"

    def __init__(self, mistakes: Sequence[TariffFileMistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(str(mistake) for mistake in self.mistakes))


class TariffEditRefused(TariffError):
    """What somebody wants to do with a version of a region's tables cannot be done now; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code  # type: ignore[misc]  # one class for all: the code is what the page words
        super().__init__(message)


class TariffRequestInvalid(TariffError):
    """The request cannot be calculated as it stands; `field` is the key to mend."""

    code = "tariff_request_invalid"

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(f"{field}: {message}" if field else message)


class TariffNotFound(TariffError):
    """There is no table for this combination; `available` lists what there is instead."""

    code = "tariff_not_found"

    def __init__(self, message: str, available: Sequence[str]) -> None:
        self.available = tuple(available)
        super().__init__(f"{message}; available: {', '.join(self.available) or 'nothing'}")
