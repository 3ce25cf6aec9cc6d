"""The addresses of peer support, below /support/."""

from django.urls import path

from programme.support import views

urlpatterns = [
    path("", views.support, name="support"),
]
