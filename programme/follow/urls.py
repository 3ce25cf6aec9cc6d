"""The addresses of feeds, following by email, and announcements."""

from django.urls import path

from programme.follow import announcement_pages, feeds, views

urlpatterns = [
    path("feeds/register.atom", feeds.register_feed, name="register_feed"),
    path("feeds/signatures.atom", feeds.signatures_feed, name="signatures_feed"),
    path("feeds/progress.atom", feeds.progress_feed, name="progress_feed"),
    path("feeds/case-studies.atom", feeds.case_studies_feed, name="case_studies_feed"),
    path("feeds/organisations/<slug:slug>.atom", feeds.organisation_feed, name="organisation_feed"),
    path("feeds/principles/<slug:slug>.atom", feeds.principle_feed, name="principle_feed"),
    path("feeds/commitments/<int:pk>.atom", feeds.commitment_feed, name="commitment_feed"),
    path("follow/", views.follow, name="follow"),
    path("follow/sent/", views.sent, name="follow_sent"),
    path("follow/confirm/<str:token>/", views.confirm_following, name="follow_confirm"),
    path("follow/yours/<str:token>/", views.following, name="following"),
    path("announcements/", announcement_pages.announcements, name="announcements"),
    path("announcements/<slug:slug>/", announcement_pages.announcement, name="announcement"),
]
