"""Version 1 of the API: every address of it, with what may be asked there and what is answered."""

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from localdigital.site.api import certificates, eligibility, lists, shapes, standing
from localdigital.site.api.problems import Problem
from localdigital.site.data.datasets import DATASETS

ADDRESS = "/api/v1/"
api = NinjaAPI(
    title=settings.SERVICE_NAME,
    version="1.0",
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)


def _offer(dataset):
    name, record = shapes.name_of(dataset), shapes.record_of(dataset)
    question, plural = lists.question_of(dataset, name), dataset.title[0].lower() + dataset.title[1:]
    api.default_router.add_api_operation(
        f"/{dataset.name}", ["GET"], lists.list_view(dataset, question),
        response=shapes.page_of(dataset, record), operation_id=f"list{name}", tags=[dataset.title],
        summary=f"List {plural}, or what changed in them", description=dataset.description,
    )  # fmt: skip
    api.default_router.add_api_operation(
        f"/{dataset.name}/{{key}}", ["GET"], lists.record_view(dataset),
        response=record, operation_id=f"get{name}", tags=[dataset.title],
        summary=f"One record of {plural}", description=f"The record with that key. {dataset.description}",
    )  # fmt: skip


for _dataset in DATASETS.values():
    _offer(_dataset)
api.default_router.add_api_operation(
    "/organisations/{key}/signed", ["GET"], standing.signed, response=standing.SignedAnswer,
    operation_id="getSigned", tags=["Checks"], summary="Had an organisation signed on a date?",
)  # fmt: skip
api.default_router.add_api_operation(
    "/fund/eligibility", ["GET"], eligibility.eligibility, response=eligibility.EligibilityAnswer,
    operation_id="checkEligibility", tags=["Checks"], summary="Does an application meet the rules of a round?",
)  # fmt: skip
api.default_router.add_api_operation(
    "/verify", ["GET"], certificates.verify_certificate, response=certificates.VerifyAnswer,
    operation_id="verifyCertificate", tags=["Checks"], summary="Is a certificate genuine?",
)  # fmt: skip


# ---- What is answered when something is wrong


@api.exception_handler(Problem)
def _problem(request, problem):
    return problem.answer()


@api.exception_handler(ValidationError)
def _invalid(request, error):
    """What pydantic found wrong, each fault with the name of its parameter."""
    return Problem("invalid", errors=[(_name_of(one["loc"]), one["msg"]) for one in error.errors]).answer()


def _name_of(place):
    """The parameter of a place like ("query", "asked", "stage", 0)."""
    names = [part for part in place[1:] if isinstance(part, str) and part != "asked"]
    return names[0] if names else "key"


@api.exception_handler(Http404)
def _not_found(request, error):
    return Problem("not-found").answer()


@api.exception_handler(HttpError)
@api.exception_handler(BadRequest)
@api.exception_handler(SuspiciousOperation)
def _bad_request(request, error):
    return Problem("bad-request").answer()


@api.exception_handler(Exception)
def _server_error(request, error):
    """Our fault: `as_the_api_answers` writes it down and answers."""
    raise error
