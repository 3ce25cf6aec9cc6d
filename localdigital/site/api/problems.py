"""What an answer says when there is nothing to give: problem details for HTTP APIs (RFC 9457), each kind explained in
the API's documentation, where its `type` leads."""

import json

from django.http import HttpResponse

from localdigital.addresses import absolute

CONTENT_TYPE = "application/problem+json"

# What it is called in addresses: status, title, and what it means for who asks.
KINDS = {
    "bad-request": (400, "The request cannot be understood", "Something about the request itself is broken."),
    "not-found": (404, "Not found", "There is nothing at this address, or nothing public."),
    "not-allowed": (405, "Method not allowed", "The register is only read here: use GET, HEAD or OPTIONS."),
    "gone": (410, "Gone", "It was public once, and was removed, or goes by another key."),
    "precondition": (412, "Precondition failed", "You asked for an answer under a condition that does not hold."),
    "invalid": (422, "Invalid parameters", "A parameter cannot have such a value: “errors” says which, and why."),
    "too-many": (429, "Too many requests", "Wait for as many seconds as Retry-After says, then go on more slowly."),
    "server-error": (500, "Something went wrong", "That is our fault. Try again later."),
    "not-yet": (503, "Not known yet", "What changed is found out for the first time: ask again after Retry-After."),
}


class Problem(Exception):
    """One of these kinds: whoever raises it is answered with it. `errors` are (parameter, what is wrong with it)."""

    def __init__(self, kind, detail="", *, errors=(), headers=None):
        self.kind, self.detail, self.errors, self.headers = kind, detail, list(errors), headers or {}
        super().__init__(f"{kind}: {detail}")

    def answer(self):
        """The answer to the request."""
        status, title, meaning = KINDS[self.kind]
        body = {"type": type_of(self.kind), "title": title, "status": status, "detail": self.detail or meaning}
        if self.errors:
            body["errors"] = [{"parameter": name, "detail": detail} for name, detail in self.errors]
        response = HttpResponse(json.dumps(body), status=status, content_type=CONTENT_TYPE, headers=self.headers)
        # A page that is not there may come to be: it is kept as long as other pages.
        response["Cache-Control"] = "public, max-age=30" if status in (404, 410) else "no-store"
        return response


def invalid(name, detail):
    """The Problem that one parameter has such a fault."""
    return Problem("invalid", errors=[(name, detail)])


def type_of(kind):
    """The address where that kind of problem is explained."""
    return f"{absolute('api_docs')}#problem-{kind}"
