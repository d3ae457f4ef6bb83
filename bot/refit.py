"""A conversation that another release began goes on with this one: what this one does not know is given up.

Flows and steps may differ from release to release. A question that is no longer asked would never be answered, so the
stack is emptied from the first flow that does not fit; slots and what was said stay.
"""

from __future__ import annotations

from bot import events as happened
from bot.conversation import Frame
from bot.project import Project
from bot.record import TurnRecord


def refit(record: TurnRecord, project: Project) -> None:
    """Give up what stands on the stack, or waits, and is not in this project."""
    conversation = record.conversation
    for place, frame in enumerate(conversation.stack):
        if not _fits(frame, project):
            while len(conversation.stack) > place:
                gone = conversation.stack[-1]
                record.note(happened.FlowCancelled(timestamp=record.now(), flow=gone.flow, frame=gone.number))
            break
    while conversation.deferred and conversation.deferred[0].flow not in project.flows:
        record.note(happened.RequestTaken(timestamp=record.now(), flow=conversation.deferred[0].flow))


def _fits(frame: Frame, project: Project) -> bool:
    flow = project.flows.get(frame.flow)
    if flow is None or flow.kind != frame.kind:
        return False
    is_step = not frame.step or frame.step in flow.steps
    return is_step and (frame.asked is None or frame.asked in project.domain.slots)
