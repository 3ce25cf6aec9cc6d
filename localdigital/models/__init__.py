"""What both apps stand on: the delivery team, the audit log, the outbox, emailed links, the register's version."""

from .audit import AuditEvent
from .changes import Noting, RecordNote
from .outbox import EmailedLink, QueuedEmail
from .register import RateLimit, RegisterVersion, ServiceSettings
from .team import Look, Reason, TeamNote, User

__all__ = [
    "AuditEvent",
    "EmailedLink",
    "Look",
    "Noting",
    "QueuedEmail",
    "RateLimit",
    "Reason",
    "RecordNote",
    "RegisterVersion",
    "ServiceSettings",
    "TeamNote",
    "User",
]
