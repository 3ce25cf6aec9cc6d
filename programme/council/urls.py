"""The addresses of what a council offers others from its account, below /account/."""

from django.urls import path

from programme.council import offers

urlpatterns = [
    # whatever is offered: check it, send it in, take it back, delete it
    path("offers/<slug:kind>/<int:pk>/check/", offers.check, name="council_offer_check"),
    path("offers/<slug:kind>/<int:pk>/sent/", offers.sent, name="council_offer_sent"),
    path("offers/<slug:kind>/<int:pk>/recall/", offers.recall, name="council_offer_recall"),
    path("offers/<slug:kind>/<int:pk>/delete/", offers.delete, name="council_offer_delete"),
]
