"""The addresses of what a council offers others from its account, below /account/."""

from django.urls import path

from programme.council import case_studies, events, offers, outputs, support, uses

urlpatterns = [
    # whatever is offered: check it, send it in, take it back, delete it
    path("offers/<slug:kind>/<int:pk>/check/", offers.check, name="council_offer_check"),
    path("offers/<slug:kind>/<int:pk>/sent/", offers.sent, name="council_offer_sent"),
    path("offers/<slug:kind>/<int:pk>/recall/", offers.recall, name="council_offer_recall"),
    path("offers/<slug:kind>/<int:pk>/delete/", offers.delete, name="council_offer_delete"),
    # an event
    path("events/propose/", events.begin, name="council_event_begin"),
    path("events/<int:pk>/", events.edit, {"kind": "event"}, name="council_event_edit"),
    # an output: of what a commitment promised, or of nothing
    path("outputs/new/", outputs.begin, name="council_output_begin"),
    path("commitments/<int:pk>/output/", outputs.begin_from, name="council_output_begin_from"),
    path("outputs/<int:pk>/", outputs.edit, {"kind": "output"}, name="council_output_edit"),
    # what councils use of each other
    path("uses/", uses.uses, name="council_uses"),
    path("uses/<int:pk>/", uses.use, name="council_use"),
    # on what they help each other
    path("support/", support.begin, name="council_support"),
    path("support/<slug:slug>/", support.say, name="council_support_of"),
    path("support/<slug:slug>/ask/<slug:topic>/", support.ask, name="council_support_ask"),
    path("support/<slug:slug>/ask/<slug:topic>/sent/", support.sent, name="council_support_sent"),
    # a case study or business case
    path("case-studies/begin/", case_studies.begin, name="council_case_study_begin"),
    *(
        path(
            f"case-studies/<int:pk>/{page}/",
            getattr(case_studies, page),
            {"kind": "case-study"},
            name=f"council_case_study_{page}",
        )
        for page in case_studies.PAGES
    ),
    path(
        "case-studies/<int:pk>/images/<int:one>/",
        case_studies.picture,
        {"kind": "case-study"},
        name="council_case_study_picture",
    ),
]
