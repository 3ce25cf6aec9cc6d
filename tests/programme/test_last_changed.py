"""What the delivery team changes after it was published says so."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from programme import contributions
from tests.pages import text_of
from tests.programme.factories import make_case_study, make_event

pytestmark = pytest.mark.django_db
PUBLISHED = timezone.now() - timedelta(days=5)


@pytest.mark.parametrize("make", [make_case_study, make_event])
def test_a_correction_on_a_later_day_is_told_with_its_date(client, moderator, make):
    thing = make(published_at=PUBLISHED, changed_at=PUBLISHED)
    assert "Last changed" not in text_of(client.get(thing.get_absolute_url()))
    corrected_at = PUBLISHED + timedelta(days=2)
    with transaction.atomic():
        contributions.hold_for_correction(thing, now=corrected_at)
        contributions.correct(thing, by=moderator, fields=["title"], rows={}, now=corrected_at)
    day = timezone.localdate(corrected_at)
    assert f"Last changed {day.day} {day:%B %Y}" in text_of(client.get(thing.get_absolute_url()))
