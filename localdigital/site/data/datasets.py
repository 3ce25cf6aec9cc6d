"""Every dataset that the register publishes, in the order in which its pages list them."""

from commitments.open_data import COMMITMENTS, DELIVERABLES, EVIDENCE, PARTNERS, PROGRESS
from programme.open_data import CASE_STUDIES, EVENTS, FUND_PROJECTS, FUND_ROUNDS, OUTPUTS
from signatories.open_data import ORGANISATIONS, SIGNATORIES, SIGNATURES

KEYWORDS = ["local government", "digital", "open data", "United Kingdom"]
DATASETS = {
    dataset.name: dataset
    for dataset in (
        ORGANISATIONS,
        SIGNATURES,
        SIGNATORIES,
        COMMITMENTS,
        PARTNERS,
        DELIVERABLES,
        PROGRESS,
        EVIDENCE,
        FUND_ROUNDS,
        FUND_PROJECTS,
        CASE_STUDIES,
        OUTPUTS,
        EVENTS,
    )
}
