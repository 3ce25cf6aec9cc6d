"""The addresses of what a council does after signing, below /account/."""

from django.urls import path

from commitments.council import pages

urlpatterns = [
    path("commitments/<int:pk>/", pages.commitment, name="council_commitment"),
    path("commitments/<int:pk>/report/", pages.commitment, name="council_report"),
    path("commitments/<int:pk>/partners/", pages.commitment, name="council_partner"),
]
