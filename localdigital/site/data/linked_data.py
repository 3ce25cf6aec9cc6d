"""The page of open data in the words of schema.org: a catalogue of datasets, each with its files and columns."""

from django.urls import reverse

from localdigital.linked_data import breadcrumbs, catalogue_of, dataset_of
from localdigital.site.data.datasets import DATASETS, KEYWORDS
from signatories.signed_on import LAUNCHED_ON


def catalogue_page(title, description):
    """All datasets as they stand, and where their page is. Where each is told in full is the data dictionary."""
    datasets = [_dataset(dataset) for dataset in DATASETS.values()]
    return [catalogue_of(title, description, reverse("data"), datasets), breadcrumbs(("Open data", None))]


def _dataset(dataset):
    return dataset_of(
        dataset.title,
        " ".join(filter(None, [dataset.description, dataset.attribution])),
        f"{reverse('data_dictionary')}#{dataset.name}",
        [
            (reverse("data_csv", args=[dataset.name]), "text/csv"),
            (reverse("data_json", args=[dataset.name]), "application/json"),
        ],
        columns=[(column.name, column.description) for column in dataset.columns],
        keywords=KEYWORDS,
        since=LAUNCHED_ON,
    )
