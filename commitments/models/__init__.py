from .commitment import Adoption, Commitment, Deliverable, Language, Partner, Stage
from .correspondence import Approach, PartnerQuestion, Reminder, SearchText
from .progress import Evidence, EvidenceKind, ProgressUpdate
from .revision import Revision
from .submission import MOVES, Status

__all__ = [
    "MOVES",
    "Adoption",
    "Approach",
    "Commitment",
    "Deliverable",
    "Evidence",
    "EvidenceKind",
    "Language",
    "Partner",
    "PartnerQuestion",
    "ProgressUpdate",
    "Reminder",
    "Revision",
    "SearchText",
    "Stage",
    "Status",
]
