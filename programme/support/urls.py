"""The addresses of peer support, below /support/."""

urlpatterns = []
