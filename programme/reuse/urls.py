"""The addresses of what others can use, below /reuse/."""

urlpatterns = []
