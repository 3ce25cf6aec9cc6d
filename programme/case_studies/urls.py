"""The addresses of case studies and business cases, below /case-studies/."""

urlpatterns = []
