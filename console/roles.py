"""Roles and what they may: one table. Everything else in the console asks for a permission, never for a role."""

from __future__ import annotations

from typing import Final

PUBLIC: Final = "public"
SELF: Final = "self"
"""Everybody who is logged in, for himself."""
DESK_WORK: Final = "desk.work"
DESK_SUPERVISE: Final = "desk.supervise"
CANNED_USE: Final = "canned.use"
CANNED_EDIT: Final = "canned.edit"
STAFF_MANAGE: Final = "staff.manage"
AUDIT_READ: Final = "audit.read"
QUALITY_READ: Final = "quality.read"
"""Scored conversations: an agent his own, others those of their place."""
QUALITY_OVERSEE: Final = "quality.oversee"
QUALITY_REVIEW: Final = "quality.review"
QUALITY_APPEAL: Final = "quality.appeal"
KNOWLEDGE_READ: Final = "knowledge.read"
KNOWLEDGE_EDIT: Final = "knowledge.edit"
KNOWLEDGE_APPROVE: Final = "knowledge.approve"
"""Publish what another person wrote, roll it back, archive it: articles and tariff tables."""
LEARNING_READ: Final = "learning.read"
LEARNING_LABEL: Final = "learning.label"
LEARNING_MANAGE: Final = "learning.manage"
"""Settle disagreements of labels, begin a month's study or a training."""
RELEASE_READ: Final = "release.read"
RELEASE_MANAGE: Final = "release.manage"
"""Shadow, canary, promote, roll back."""
DASHBOARD_READ: Final = "dashboard.read"
TICKET_READ: Final = "ticket.read"
SYSTEM_MANAGE: Final = "system.manage"
"""Keys, retention, health of the installation; no customer's words."""
PRIVACY_MANAGE: Final = "privacy.manage"
"""Requests of persons about their own data: find, export, delete."""
_QUALITY: Final = (QUALITY_READ, QUALITY_OVERSEE, QUALITY_REVIEW, QUALITY_APPEAL)
_DESK: Final = (DESK_WORK, DESK_SUPERVISE, CANNED_USE, CANNED_EDIT, TICKET_READ)
_KNOWLEDGE: Final = (KNOWLEDGE_READ, KNOWLEDGE_EDIT, KNOWLEDGE_APPROVE)
_LEARNING: Final = (LEARNING_READ, LEARNING_LABEL, LEARNING_MANAGE, RELEASE_READ, RELEASE_MANAGE)
_SYSTEM: Final = (STAFF_MANAGE, AUDIT_READ, DASHBOARD_READ, SYSTEM_MANAGE, PRIVACY_MANAGE)
PERMISSIONS: Final = (*_DESK, *_QUALITY, *_KNOWLEDGE, *_LEARNING, *_SYSTEM)

ROLES: Final[dict[str, frozenset[str]]] = {
    "admin": frozenset({STAFF_MANAGE, SYSTEM_MANAGE}),
    "supervisor": frozenset(
        {*_DESK, QUALITY_READ, QUALITY_OVERSEE, QUALITY_REVIEW, DASHBOARD_READ, KNOWLEDGE_READ, RELEASE_READ}
    ),
    "editor": frozenset(
        {CANNED_USE, CANNED_EDIT, KNOWLEDGE_READ, KNOWLEDGE_EDIT, LEARNING_READ, LEARNING_LABEL, RELEASE_READ}
    ),
    "approver": frozenset({KNOWLEDGE_READ, KNOWLEDGE_APPROVE, LEARNING_READ, RELEASE_READ, DASHBOARD_READ}),
    "trainer": frozenset({*_LEARNING, KNOWLEDGE_READ, DASHBOARD_READ}),
    "agent": frozenset({DESK_WORK, CANNED_USE, QUALITY_READ, QUALITY_APPEAL, TICKET_READ}),
    "auditor": frozenset({AUDIT_READ, QUALITY_READ, QUALITY_OVERSEE, DASHBOARD_READ}),
    "privacy": frozenset({PRIVACY_MANAGE}),
}
"""System, work and audit are apart: who manages accounts neither reads conversations nor the audit."""
MACHINE: Final = "machine"
MACHINE_PERMISSIONS: Final = frozenset(PERMISSIONS)
EVERYWHERE: Final = ""


def permissions_of(role: str) -> frozenset[str]:
    """Return what a role may; nothing for an unknown one."""
    return MACHINE_PERMISSIONS if role == MACHINE else ROLES.get(role, frozenset())
