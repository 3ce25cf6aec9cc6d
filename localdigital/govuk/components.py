"""Which GOV.UK component shows a form's field, and what its macro is given."""

from dataclasses import dataclass, field

from django import forms
from django.utils.html import strip_tags
from markupsafe import Markup, escape

from localdigital.forms import PARTS, DateParts

# What the macros of text boxes call by name; any other attribute of a widget is passed on as it is.
TEXT_PARAMETERS = ("autocomplete", "inputmode", "autocapitalize", "pattern")
# Limits are told in words after sending: a browser that cuts what is pasted loses it without a word.
LEFT_OUT = ("maxlength", "minlength", "required", "cols", "rows", "class", "prefix", "suffix", "spellcheck", "step")
PLAIN_TEXT_TYPES = ("number", "text", "date", "datetime", "time")


@dataclass
class Component:
    """One field as a macro's name and parameters, with what each of its options reveals."""

    kind: str
    params: dict
    revealed: list = field(default_factory=list)  # of (option's parameters, [Component])


def components(form):
    """The components of a form, in order, without those that an option of another reveals."""
    revealed = {name for options in getattr(form, "reveals", {}).values() for ns in options.values() for name in ns}
    return [component(form[name]) for name in form.fields if name not in revealed]


def component(bound, *, is_revealed=False):
    """The component for one bound field."""
    widget = bound.field.widget
    # In this order: CheckboxSelectMultiple is a kind of RadioSelect.
    if widget.is_hidden:
        values = bound.value() if isinstance(widget, forms.MultipleHiddenInput) else [bound.value()]
        return Component("hidden", {"name": bound.html_name, "id": bound.auto_id, "values": values or []})
    if isinstance(widget, DateParts):
        return Component("date-input", _date(bound, is_revealed))
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return _options("checkboxes", bound, is_revealed)
    if isinstance(widget, forms.RadioSelect):
        return _options("radios", bound, is_revealed)
    if isinstance(widget, forms.SelectMultiple):
        raise TypeError(f"{bound.name}: use checkboxes, as the Design System has no select for several")
    if isinstance(widget, forms.Select):
        return Component("select", _select(bound, is_revealed))
    if isinstance(widget, forms.CheckboxInput):
        return Component("checkboxes", _one_checkbox(bound))
    if isinstance(widget, forms.Textarea):
        limit = getattr(bound.field, "max_length", None)
        params = _textarea(bound, is_revealed)
        return Component("character-count", params | {"maxlength": limit}) if limit else Component("textarea", params)
    if isinstance(widget, forms.FileInput):
        return Component("file-upload", _labelled(bound, is_revealed))
    return Component("input", _input(bound, is_revealed))


def error_target(bound):
    """The id that an error's link leads to: the first box or option, or the first wrong part of a date."""
    if isinstance(bound.field.widget, DateParts):
        return f"{bound.auto_id}-{_wrong_parts(bound)[0]}"
    return bound.auto_id


def first_error(bound):
    """The one error that is shown beside a field, as the macros take it; None without."""
    if not bound.errors:
        return None
    error = bound.errors[0]
    return {"html": error} if hasattr(error, "__html__") else {"text": error}


def summary_text(error):
    """An error as it is said in the summary, where it is a link itself and cannot hold one."""
    return strip_tags(error) if hasattr(error, "__html__") else error


def _common(bound):
    params = {"name": bound.html_name}
    if bound.help_text:
        params["hint"] = {"html" if hasattr(bound.help_text, "__html__") else "text": bound.help_text}
    if bound.errors:
        params["errorMessage"] = first_error(bound)
    if bound.field.widget.attrs.get("class"):
        params["classes"] = bound.field.widget.attrs["class"]
    return params


def _title(bound, kind, is_revealed):
    title = {"text": bound.label}
    if bound.name == getattr(bound.form, "heading_field", None):
        title |= {"classes": f"{kind}--l", "isPageHeading": True}
    elif not is_revealed:
        title["classes"] = f"{kind}--s"
    return title


def _labelled(bound, is_revealed):
    attributes = {
        name: value
        for name, value in bound.field.widget.attrs.items()
        if name not in LEFT_OUT and name not in TEXT_PARAMETERS
    }
    params = _common(bound) | {"id": bound.auto_id, "label": _title(bound, "govuk-label", is_revealed)}
    return params | ({"attributes": attributes} if attributes else {})


def _fieldset(bound, is_revealed):
    return {"fieldset": {"legend": _title(bound, "govuk-fieldset__legend", is_revealed)}}


def _text(bound, is_revealed):
    params = _labelled(bound, is_revealed)
    value = bound.field.widget.format_value(bound.value())
    if value is not None:
        params["value"] = value
    attrs = bound.field.widget.attrs
    if "spellcheck" in attrs:
        params["spellcheck"] = str(attrs["spellcheck"]).lower() == "true"
    if "autocomplete" in attrs:
        params["autocomplete"] = attrs["autocomplete"]
    return params


def _textarea(bound, is_revealed):
    params = _text(bound, is_revealed)
    if "value" in params:
        # The macros indent what an option reveals: written like this, the lines of a text stay as they were typed.
        params["value"] = Markup(escape(params["value"]).replace("\n", Markup("&#10;")))
    # Ten rows is what Django says where nobody said anything; five are enough to begin with.
    rows = str(bound.field.widget.attrs.get("rows", "10"))
    return params | {"rows": "5" if rows == "10" else rows}


def _input(bound, is_revealed):
    widget = bound.field.widget
    params = _text(bound, is_revealed)
    params |= {name: widget.attrs[name] for name in TEXT_PARAMETERS if name in widget.attrs}
    params |= {name: {"text": widget.attrs[name]} for name in ("prefix", "suffix") if name in widget.attrs}
    if widget.input_type == "number":
        # A number box changes its value under a mouse wheel and hides what it does not understand.
        params.setdefault("inputmode", "numeric")
    elif widget.input_type not in PLAIN_TEXT_TYPES:
        params["type"] = widget.input_type
    if widget.input_type == "email":
        params.setdefault("spellcheck", False)
    return params


def _choices(bound):
    """(value, label, is selected) of every option that has a value."""
    widget = bound.field.widget
    for _, options, _ in widget.optgroups(bound.html_name, widget.format_value(bound.value())):
        for option in options:
            yield str(option["value"]), str(option["label"]), option["selected"]


def _options(kind, bound, is_revealed):
    form = bound.form
    hints, dividers, reveals = (
        getattr(form, name, {}).get(bound.name, {}) for name in ("hints", "dividers", "reveals")
    )
    items, revealed = [], []
    for value, label, is_selected in _choices(bound):
        if not value:
            continue
        item = {"value": value, "text": label, "checked": bool(is_selected)}
        if value in hints:
            item["hint"] = {"text": hints[value]}
        if value in dividers:
            items.append({"divider": dividers[value]})
            if kind == "checkboxes":
                item["behaviour"] = "exclusive"
        if value in reveals:
            shown = [component(form[name], is_revealed=True) for name in reveals[value] if name in form.fields]
            revealed.append((item, shown))
        items.append(item)
    params = _common(bound) | _fieldset(bound, is_revealed) | {"idPrefix": bound.auto_id, "items": items}
    return Component(kind, params, revealed)


def _one_checkbox(bound):
    params = _common(bound)
    item = {"value": "on", "text": bound.label, "checked": bool(bound.value())}
    if "hint" in params:
        item["hint"] = params.pop("hint")
    return params | {"idPrefix": bound.auto_id, "items": [item]}


def _select(bound, is_revealed):
    items = [{"value": v, "text": text, "selected": bool(chosen)} for v, text, chosen in _choices(bound)]
    return _labelled(bound, is_revealed) | {"items": items}


def _wrong_parts(bound):
    if not bound.errors:
        return PARTS
    return getattr(bound.errors.as_data()[0], "parts", PARTS)


def _date(bound, is_revealed):
    wrong = _wrong_parts(bound) if bound.errors else ()
    items = []
    for part, value in zip(PARTS, bound.field.widget.format_value(bound.value()), strict=True):
        width = "govuk-input--width-4" if part == "year" else "govuk-input--width-2"
        items.append(
            {
                "name": part,
                "value": value,
                "classes": f"{width} govuk-input--error" if part in wrong else width,
            }
        )
    params = _common(bound) | _fieldset(bound, is_revealed)
    del params["name"]
    return params | {"id": bound.auto_id, "namePrefix": bound.html_name, "items": items}
