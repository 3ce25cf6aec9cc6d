from .announcement import Announcement
from .case_study import CaseStudy, Figure, Picture, ReusableLink, StudyWords
from .contribution import Contribution
from .event import Event, Material
from .following import Follow, Follower
from .funding import FundProject, FundRound, Phase, ProjectPart, RoundQuestion, RoundRule, RoundState, RuleKind
from .output import Licence, Output, OutputKind, Use
from .support import SupportOffer
from .topic import Topic

__all__ = [
    "Announcement",
    "CaseStudy",
    "Contribution",
    "Event",
    "Figure",
    "Follow",
    "Follower",
    "FundProject",
    "FundRound",
    "Licence",
    "Material",
    "Output",
    "OutputKind",
    "Phase",
    "Picture",
    "ProjectPart",
    "ReusableLink",
    "RoundQuestion",
    "RoundRule",
    "RoundState",
    "RuleKind",
    "StudyWords",
    "SupportOffer",
    "Topic",
    "Use",
]
