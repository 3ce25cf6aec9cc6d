"""The addresses of the fund: rounds, projects, and who may apply, below /fund/."""

from django.urls import path

from programme.fund import eligibility_views, views

urlpatterns = [
    path("", views.fund, name="fund"),
    path("projects/", views.fund_projects, name="fund_projects"),
    path("projects/<slug:slug>/", views.fund_project, name="fund_project"),
    path("eligibility/", eligibility_views.eligibility, name="eligibility"),
    # The end of a round's address: no round may be called like one of those above.
    path("<slug:slug>/", views.fund_round, name="fund_round"),
]
