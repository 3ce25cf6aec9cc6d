"""The addresses of case studies and business cases, below /case-studies/."""

from django.urls import path

from programme.case_studies import views

urlpatterns = [
    path("", views.case_studies, name="case_studies"),
    path("images/<str:name>", views.case_study_picture, name="case_study_picture"),
    path("<int:pk>/<slug:slug>/", views.case_study, name="case_study"),
]
