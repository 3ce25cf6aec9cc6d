"""What the tests read from a public page, and the statuses whose documents nobody may read."""

import re
from xml.etree import ElementTree

from signatories.models.signature import PUBLIC, Status

NOT_PUBLIC = [status for status in Status if status not in PUBLIC]
UNKNOWN_TO_THE_PUBLIC = [status for status in NOT_PUBLIC if status != Status.REMOVED]


def text_of(response):
    """What a reader sees, on one line."""
    main = re.sub(r"(?s)<head>.*?</head>|<script.*?</script>", " ", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def heading(response):
    """The words of the page's h1."""
    found = re.findall(r"(?s)<h1[^>]*>(.*?)</h1>", response.content.decode())
    assert len(found) == 1
    return " ".join(found[0].split())


def title(response):
    """The page's title without the service's name."""
    found = re.search(r"(?s)<title[^>]*>(.*?)</title>", response.content.decode())[1]
    return " ".join(found.split()).rpartition(" – ")[0]


def listed(response):
    """The organisations of the list, in order."""
    return re.findall(r'app-list__title"><a[^>]*>([^<]+)<', response.content.decode())


def sitemap_entries(client, address="/sitemap.xml"):
    """Every address of the sitemap, through all its files, with its last change; None where it has none."""
    root = ElementTree.fromstring(client.get(address).content)
    space = root.tag.partition("}")[0] + "}"
    found = {one.findtext(f"{space}loc"): one.findtext(f"{space}lastmod") for one in root}
    if root.tag == f"{space}urlset":
        return found
    return {page: at for file in found for page, at in sitemap_entries(client, file).items()}
