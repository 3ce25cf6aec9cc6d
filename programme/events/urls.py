"""The addresses of events, below /events/. The feed of all of them is /events.ics (localdigital/urls.py)."""

from django.urls import path

from programme.events import calendar, views

urlpatterns = [
    path("", views.events, name="events"),
    path("<int:pk>/event.ics", calendar.event_ics, name="event_ics"),
    path("<int:pk>/<slug:slug>/", views.event, name="event"),
]
