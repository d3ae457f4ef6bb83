"""Ready words: the operator's (data/desk.yml), shared ones of supervisors and editors, and everybody's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from connectors.desk.errors import NotInSight
from connectors.desk.room import Room
from connectors.desk.settings import CannedText
from connectors.desk.table import CANNED
from connectors.desk.values import Viewer, is_within
from connectors.errors import BadRequest

MOST_OWN = 200


@dataclass(frozen=True, slots=True)
class Canned:
    """One ready text."""

    id: int
    """0 for those of data/desk.yml: they cannot be deleted here."""
    text: CannedText
    is_own: bool


@dataclass(frozen=True, slots=True)
class CannedTexts:
    """Reads and keeps ready words."""

    room: Room

    async def all(self, viewer: Viewer) -> Sequence[Canned]:
        """Return what the viewer may use: the operator's, those of the places above and below his, his own."""
        rows = await self.room.store.read(lambda link: link.execute(select(CANNED).order_by(CANNED.c.id)).all())
        kept = [
            Canned(row.id, CannedText(category=row.category, title=row.title, text=row.text), row.owner_id is not None)
            for row in rows
            if row.owner_id == viewer.id
            or (row.owner_id is None and (is_within(viewer.scope, row.scope) or viewer.sees(row.scope)))
        ]
        return [*(Canned(0, text, False) for text in self.room.settings.canned), *kept]

    async def keep(self, viewer: Viewer, text: CannedText, *, is_shared: bool) -> Canned:
        """Keep a text, for the viewer or for all of his scope. Raises BadRequest where he has too many."""
        owner = None if is_shared else viewer.id

        def keep(connection: Connection) -> int:
            own = connection.execute(select(CANNED.c.id).where(CANNED.c.owner_id == viewer.id)).all()
            if not is_shared and len(own) >= MOST_OWN:
                raise BadRequest("too_many", f"{MOST_OWN} texts of one's own are enough", 409)
            values = {"owner_id": owner, "scope": viewer.scope, **text.model_dump()}
            return int(connection.execute(insert(CANNED).values(values).returning(CANNED.c.id)).scalar_one())

        return Canned(await self.room.store.write(keep), text, owner is not None)

    async def remove(self, viewer: Viewer, canned_id: int, *, may_remove_shared: bool) -> None:
        """Delete a text of one's own, or a shared one of one's scope. Raises NotInSight."""

        def remove(connection: Connection) -> None:
            row = connection.execute(select(CANNED).where(CANNED.c.id == canned_id)).first()
            is_own = row is not None and row.owner_id == viewer.id
            is_shared = row is not None and row.owner_id is None and is_within(row.scope, viewer.scope)
            if not is_own and not (is_shared and may_remove_shared):
                raise NotInSight("text")
            connection.execute(delete(CANNED).where(CANNED.c.id == canned_id))

        await self.room.store.write(remove)
