from .access import Access, AskedToSign
from .declaration import CoPublisher, Declaration, Principle
from .organisation import EmailDomain, FormerSlug, Organisation, OrganisationName, Succession
from .person import Person
from .signature import MOVES, MoveRefused, Signatory, Signature

__all__ = [
    "MOVES",
    "Access",
    "AskedToSign",
    "CoPublisher",
    "Declaration",
    "EmailDomain",
    "FormerSlug",
    "MoveRefused",
    "Organisation",
    "OrganisationName",
    "Person",
    "Principle",
    "Signatory",
    "Signature",
    "Succession",
]
