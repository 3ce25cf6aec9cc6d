"""A preparer's way through the sign-up on the test client, page by page, as a browser without JavaScript goes it."""

from datetime import date, timedelta

from django.utils import timezone

from signatories.models import Signature

COMMITMENT = {
    "title": {"title": "Common approach to chatbots"},
    "principles": {"principles": "all"},
    "mission": {"mission": "We will evaluate chatbots.\n\n- with residents\n- with officers", "due_on": "in a year"},
    "deliverables": {"deliverables": "• a framework\n• a research base"},
    "partners": {"partners": ""},
    "impact": {"impact": "Residents get an answer at any hour."},
}


class Walk:
    """One signature on its way through the pages; every step follows the redirect and fails on an error page."""

    def __init__(self, client):
        self.client, self.signature = client, None

    @property
    def base(self):
        return f"/sign/{self.signature.reference}/"

    def post(self, path, data=None):
        response = self.client.post(path, data or {})
        assert response.status_code == 302, _errors(response)
        return response.url

    def begin(self):
        url = self.post("/sign/new/")
        self.signature = Signature.objects.get(reference=url.split("/")[2])
        return self

    def organisations(self, *names):
        for name in names:
            self.post(f"{self.base}organisations/", {"organisation": name})
        return self

    def signs_myself(self, name="Pugh Barney", job_title="Digital officer"):
        for one in self.signature.signatories.filter(signer=None):
            answers = {"who": "me", "my_name": name, "my_job_title": job_title}
            self.post(f"{self.base}signers/{one.pk}/", answers)
        return self

    def signs(self, organisation, name, job_title, email):
        one = self.signature.signatories.get(organisation__official_name=organisation)
        answers = {"who": "someone", "their_name": name, "their_job_title": job_title, "their_email": email}
        self.post(f"{self.base}signers/{one.pk}/", answers)
        return self

    def commitment(self, **changes):
        from signatories.models import Principle

        url = self.post(f"{self.base}commitments/add/")
        for slug, answers in COMMITMENT.items():
            assert f"/{slug}/" in url, url
            data = answers | changes.get(slug, {})
            if data.get("principles") == "all":
                data |= {"principles": list(Principle.objects.values_list("pk", flat=True))}
            if "due_on" in data:
                due_on = data.pop("due_on")
                due_on = due_on if isinstance(due_on, date) else timezone.localdate() + timedelta(days=365)
                data |= {f"due_on-{part}": getattr(due_on, part) for part in ("day", "month", "year")}
            url = self.post(url, data)
        return self

    def submit(self):
        return self.post(f"{self.base}check/")

    def sign(self, expect="/sign"):
        page = self.client.get(f"/account/sign/{self.signature.reference}/")
        seal = page.content.decode().split('name="seal" value="')[1].split('"')[0]
        url = self.post(f"/account/sign/{self.signature.reference}/", {"seal": seal})
        assert expect in url
        return url


def _errors(response):
    form = (response.context or {}).get("form") if response.context else None
    return f"{response.status_code} {dict(form.errors) if form else response.content.decode()[:3000]}"
