"""The addresses of open data: /data/ and all below it, and each filtered list as a file, beside the list."""

from django.urls import path

from localdigital.site.data import views
from localdigital.site.data.files import CSV, JSON
from localdigital.site.data.lists import LISTS

FORMS = (CSV, JSON)
AT = {
    "signatories": "signatories",
    "commitments": "commitments",
    "fund_projects": "fund/projects",
    "case_studies": "case-studies",
    "reuse": "reuse",
    "events": "events",
}

urlpatterns = [
    path("data/", views.data, name="data"),
    path("data/dictionary/", views.dictionary, name="data_dictionary"),
    path("data/datapackage.json", views.data_package, name="data_package"),
    *(path(f"data/<slug:name>.{form}", views.download, {"form": form}, name=f"data_{form}") for form in FORMS),
    *(
        path(f"{AT[name]}/download.{form}", views.download_list, {"name": name, "form": form}, name=f"{name}_{form}")
        for name in LISTS
        for form in FORMS
    ),
]
