"""The addresses of what others can use, below /reuse/."""

from django.urls import path

from programme.reuse import views

urlpatterns = [
    path("", views.reuse, name="reuse"),
    path("<int:pk>/", views.output, name="output"),
]
