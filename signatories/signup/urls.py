"""The addresses of the sign-up, below /sign/."""

from django.urls import path, register_converter

from signatories import entrance
from signatories.signup import commitment_pages, newer, views
from signatories.signup.questions import BY_SLUG


class QuestionConverter:
    """The slug of a question about a commitment."""

    regex = "|".join(BY_SLUG)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(QuestionConverter, "question")

urlpatterns = [
    path("", views.start_page, name="sign_start"),
    path("email/", entrance.ask_for_email, name="sign_email"),
    path("email/sent/", entrance.email_sent, name="sign_email_sent"),
    path("new/", views.begin, name="sign_begin"),
    path("new-version/<int:pk>/", newer.new_version, name="sign_new_version"),
    path("<str:reference>/", views.task_list, name="sign_task_list"),
    path("<str:reference>/continue/", views.carry_on, name="sign_continue"),
    path("<str:reference>/organisations/", views.organisations, name="sign_organisations"),
    path("<str:reference>/organisations/not-listed/", views.not_listed, name="sign_not_listed"),
    path(
        "<str:reference>/organisations/<int:signatory>/remove/",
        views.remove_organisation,
        name="sign_remove_organisation",
    ),
    path("<str:reference>/signers/<int:signatory>/", views.signer, name="sign_signer"),
    path("<str:reference>/commitments/", commitment_pages.commitment_list, name="sign_commitments"),
    path("<str:reference>/commitments/add/", commitment_pages.add, name="sign_add_commitment"),
    path(
        "<str:reference>/commitments/<int:commitment>/<question:slug>/",
        commitment_pages.question,
        name="sign_commitment",
    ),
    path(
        "<str:reference>/commitments/<int:commitment>/which-partners/", commitment_pages.partners, name="sign_partners"
    ),
    path("<str:reference>/commitments/<int:commitment>/move/", commitment_pages.move, name="sign_move_commitment"),
    path(
        "<str:reference>/commitments/<int:commitment>/remove/", commitment_pages.remove, name="sign_remove_commitment"
    ),
    path("<str:reference>/check/", views.check, name="sign_check"),
    path("<str:reference>/submitted/", views.submitted, name="sign_submitted"),
    path("<str:reference>/progress/", views.progress, name="sign_progress"),
    path("<str:reference>/recall/", views.recall, name="sign_recall"),
    path("<str:reference>/signers/<int:signatory>/remind/", views.remind_signer, name="sign_remind"),
    path("<str:reference>/delete/", views.delete, name="sign_delete"),
]
