"""The addresses of the fund: rounds, projects, and who may apply, below /fund/."""

urlpatterns = []
