from .commitment import Adoption, Commitment, Deliverable, Language, Partner, Stage
from .correspondence import Approach, KnownWord, PartnerQuestion, Reminder, SearchText
from .importing import Import, ImportName, ImportRow, Outcome, Phase, Sheet, Verdict
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
    "Import",
    "ImportName",
    "ImportRow",
    "KnownWord",
    "Language",
    "Outcome",
    "Partner",
    "PartnerQuestion",
    "Phase",
    "ProgressUpdate",
    "Reminder",
    "Revision",
    "SearchText",
    "Sheet",
    "Stage",
    "Status",
    "Verdict",
]
