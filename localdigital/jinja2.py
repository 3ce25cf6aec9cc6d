"""The environment of the register's pages: what every Jinja2 template can call."""

from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader, StrictUndefined

from localdigital.caching import notice_on
from localdigital.canonical import canonical_path, is_shared
from localdigital.govuk import components, pack, writing
from localdigital.govuk.macros import CheckedComponent
from localdigital.linked_data import json_ld

GOVUK = "govuk_frontend_jinja"
FILTERS = {
    "component": components.component,
    "components": components.components,
    "date": writing.date,
    "datetime": writing.datetime,
    "json_ld": json_ld,
    "listed": writing.listed,
    "markdown": writing.markdown,
    "number": writing.number,
    "period": writing.period,
    "plural": writing.plural,
    "prose": writing.prose,
}


class PageEnvironment(Environment):
    """Our own templates: a name that nobody defined is an error, and so is a wrong parameter of a GOV.UK macro.

    The GOV.UK templates expect missing values to be quiet, so they are compiled in a second environment
    (`design_system`) and reached through this one.
    """

    def __init__(self, **options):
        super().__init__(**options | {"undefined": StrictUndefined})
        self.design_system = Environment(  # noqa: S701
            **options
            | {
                "loader": PrefixLoader({GOVUK: PackageLoader(GOVUK)}),
                "undefined": ChainableUndefined,
            }
        )
        # One and the same, or Jinja2 would make every macro anew in every page.
        self.design_system.globals = self.globals
        self._components = {}

    def _load_template(self, name, globals):  # noqa: A002
        if not name.startswith(f"{GOVUK}/"):
            return super()._load_template(name, globals)
        if not name.startswith(f"{GOVUK}/components/"):
            return self.design_system.get_template(name)
        if name not in self._components:
            self._components[name] = CheckedComponent(self.design_system, name)
        return self._components[name]


def autoescaped(template_name):
    """Whether a template's values are escaped: all are but emails, which are plain text."""
    return template_name is None or not template_name.endswith(".txt")


def environment(**options):
    """The Jinja2 environment that Django's template backend asks for."""
    options["autoescape"] = autoescaped
    env = PageEnvironment(**options)
    env.filters.update(FILTERS)
    env.design_system.filters.update(FILTERS)
    env.globals.update(
        url=lambda name, *args, **kwargs: reverse(name, args=args or None, kwargs=kwargs or None),
        static=static,
        service_name=settings.SERVICE_NAME,
        site_url=settings.SITE_URL,
        demo=settings.DEMO,
        branding=settings.GOVUK_BRANDING,
        contact_email=settings.CONTACT_EMAIL,
        get_messages=get_messages,
        notice_on=notice_on,
        is_shared=is_shared,
        canonical_path=canonical_path,
        crispy=pack.fields,
        error_summary=pack.error_summary,
    )
    return env
