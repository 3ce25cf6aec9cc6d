"""The addresses of feeds, following by email, and announcements."""

urlpatterns = []
