"""The images of case studies as browsers get them: to everybody, to who offers them, to the delivery team."""

import re

from django.http import HttpResponse

from programme.case_studies.pictures import ENDINGS

ADDRESS = re.compile(rf"([0-9a-f]{{64}})\.({'|'.join(ENDINGS.values())})")


def name_of(picture):
    """The end of an image's address: what it is, by the SHA-256 of its content."""
    return f"{picture.digest}.{ENDINGS[picture.content_type]}"


def answer_with(picture):
    """The image itself. Whether it may be seen, and for how long it may be kept, is the view's to say."""
    response = HttpResponse(bytes(picture.content), content_type=picture.content_type)
    response["Content-Disposition"] = f'inline; filename="{name_of(picture)[-16:]}"'
    return response
