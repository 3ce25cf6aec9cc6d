from .commitment import Commitment, Deliverable, Partner

__all__ = ["Commitment", "Deliverable", "Partner"]
