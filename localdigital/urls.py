"""Every address of the register, on one screen. They are public and stay as they are."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from commitments import browse, history
from commitments import views as commitments
from localdigital.site import errors, health, home, information, sitemap
from localdigital.site.search import views as searching
from programme.events import calendar
from signatories import declaration_pages, entrance, signing
from signatories import views as signatories
from signatories.certificate import badge
from signatories.certificate import views as certificates

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.page_not_found
handler500 = errors.server_error

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", searching.search, name="search"),
    path("search/suggestions/", searching.suggestions, name="search_suggestions"),
    # what is signed
    path("declaration/", declaration_pages.declarations, name="declarations"),
    path("declaration/<slug:version>/", declaration_pages.declaration, name="declaration"),
    path("declaration/<slug:version>/form.pdf", certificates.blank_form, name="blank_form"),
    path("principles/<slug:slug>/", declaration_pages.principle, name="principle"),
    # who signed what, and what they promised
    path("signatories/", signatories.signatories, name="signatories"),
    path("organisations.json", signatories.organisation_names, name="organisation_names"),
    path("organisations/", RedirectView.as_view(url="/signatories/?signed=all"), name="organisations"),
    path("organisations/<slug:slug>/", signatories.organisation, name="organisation"),
    path("organisations/<slug:slug>/badge.svg", badge.badge, name="badge"),
    path("signatures/<str:reference>/", signatories.signature, name="signature"),
    path("signatures/<str:reference>/certificate.pdf", certificates.certificate, name="certificate"),
    path("verify/", certificates.verify_page, name="verify"),
    path("commitments/", browse.commitments, name="commitments"),
    path("commitments/<int:pk>/<slug:slug>/", commitments.commitment, name="commitment"),
    path("commitments/<int:pk>/<slug:slug>/history/", history.history, name="commitment_history"),
    path("movement/", include("localdigital.site.movement.urls")),
    # what the programme offers around the register
    path("fund/", include("programme.fund.urls")),
    path("case-studies/", include("programme.case_studies.urls")),
    path("reuse/", include("programme.reuse.urls")),
    path("events/", include("programme.events.urls")),
    path("events.ics", calendar.events_ics, name="events_ics"),
    path("support/", include("programme.support.urls")),
    path("", include("programme.follow.urls")),  # feeds, following by email, announcements
    # signing
    path("sign/", include("signatories.signup.urls")),
    path("link/<str:token>/", entrance.link, name="link"),
    path("link/<str:token>/fresh/", entrance.fresh_link, name="fresh_link"),
    path("account/leave/", entrance.leave, name="leave"),
    path("account/sign/<str:reference>/", signing.sign_off, name="sign_off"),
    path("account/sign/<str:reference>/signed/", signing.signed, name="signed"),
    path("account/sign/<str:reference>/decline/", signing.decline_to_sign, name="decline"),
    # the account, and what a council does after signing
    path("account/", include("commitments.council.urls")),
    path("account/", include("programme.council.urls")),
    # about the service
    path("privacy/", information.privacy, name="privacy"),
    path("cookies/", information.cookies, name="cookies"),
    path("accessibility/", information.accessibility, name="accessibility"),
    path("contact/", information.contact, name="contact"),
    path("", include("localdigital.site.data.urls")),  # open data, and each filtered list as a file
    path("api/", include("localdigital.site.api.urls")),
    # for machines
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-<slug:section>-<int:number>.xml", sitemap.sitemap_file, name="sitemap_file"),
    path("favicon.ico", information.favicon, name="favicon"),
    path("robots.txt", sitemap.robots, name="robots"),
    path(".well-known/security.txt", sitemap.security_txt, name="security_txt"),
    # the delivery team
    path("admin/", admin.site.urls),
]

if settings.DEMO:
    from localdigital.site import mailbox

    urlpatterns.append(path("demo/mailbox/", mailbox.mailbox, name="mailbox"))
