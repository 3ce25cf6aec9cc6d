"""The addresses of what a council offers others from its account, below /account/."""

urlpatterns = []
