"""The addresses of what a council does after signing, below /account/."""

from django.urls import path

from commitments.council import (
    account,
    adding,
    changing,
    partner_pages,
    people_pages,
    reporting,
    sending,
    succession_pages,
    work_together,
)

urlpatterns = [
    path("", account.account, name="account"),
    # one commitment, and reporting on it
    path("commitments/<int:pk>/", account.commitment, name="council_commitment"),
    path("commitments/<int:pk>/report/", reporting.report, name="council_report"),
    path("commitments/<int:pk>/no-change/", reporting.no_change, name="council_no_change"),
    path("commitments/<int:pk>/withdraw/", reporting.withdraw, name="council_withdraw"),
    # its text, and new commitments
    path("commitments/<int:pk>/change/", changing.change, name="council_change"),
    path("changes/<int:revision>/check/", changing.check, name="council_change_check"),
    path("changes/<int:revision>/delete/", changing.delete, name="council_change_delete"),
    path("signatures/<str:reference>/add/", adding.add, name="council_add"),
    path("commitments/<int:pk>/answer/<slug:slug>/", adding.question, name="council_answer"),
    path("commitments/<int:pk>/which-partners/", adding.which_partners, name="council_which_partners"),
    path("commitments/<int:pk>/check/", adding.check, name="council_added_check"),
    path("commitments/<int:pk>/delete/", adding.delete, name="council_added_delete"),
    # progress updates
    path("updates/<int:update>/evidence/", reporting.evidence, name="council_update_evidence"),
    path("updates/<int:update>/evidence/<int:link>/remove/", reporting.remove_evidence, name="council_remove_evidence"),
    path("updates/<int:update>/check/", sending.check, name="council_update_check"),
    path("updates/<int:update>/sent/", sending.sent, name="council_update_sent"),
    path("updates/<int:update>/recall/", sending.recall, name="council_update_recall"),
    path("updates/<int:update>/delete/", sending.delete, name="council_update_delete"),
    # partners, successors and colleagues
    path("commitments/<int:pk>/partners/", partner_pages.answer, name="council_partner"),
    path("commitments/<int:pk>/adopt/", succession_pages.adopt, name="council_adopt"),
    path("commitments/<int:pk>/work-together/", work_together.work_together, name="council_work_together"),
    path("commitments/<int:pk>/work-together/sent/", work_together.sent, name="council_work_together_sent"),
    path("messages/<int:approach>/report/", work_together.report, name="council_report_approach"),
    path("organisations/<slug:slug>/people/", people_pages.colleagues, name="council_people"),
    path("organisations/<slug:slug>/people/hand-over/", people_pages.hand_over, name="council_hand_over"),
    path("organisations/<slug:slug>/people/<int:access>/end/", people_pages.end_access, name="council_end_access"),
]
