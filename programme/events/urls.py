"""The addresses of events, below /events/."""

urlpatterns = []
