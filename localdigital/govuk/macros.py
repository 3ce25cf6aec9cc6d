"""The GOV.UK macros, wrapped so that a parameter that a component does not know is an error."""

from types import SimpleNamespace

from jinja2 import nodes, pass_eval_context

# Attributes, and the plural forms of a translated text, may hold anything.
FREE = ("attributes", "Attributes", "Text")


class UnknownParameterError(TypeError):
    """A template passed a GOV.UK macro a parameter that the component does not have."""


def _names_read(tree, of=None):
    """Every attribute and key that a template reads: all of them, or those of the variable `of`."""
    read = set()
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        if of is None or (isinstance(node.node, nodes.Name) and node.node.name == of):
            name = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
            if isinstance(name, str):
                read.add(name)
    return read


def _tested_names(tree):
    """The keys that a template looks for with `"key" in params`."""
    return {
        node.expr.value
        for node in tree.find_all(nodes.Compare)
        if isinstance(node.expr, nodes.Const) and isinstance(node.expr.value, str)
    }


class CheckedComponent:
    """One component's macros, as `{% from … import … %}` finds them, each checking what it is given.

    What a component knows is read from its own template: `params.x` at the top, and below that any name that
    it or a component it is made of reads.
    """

    def __init__(self, env, name):
        self._template = env.get_template(name)
        tree = env.parse(env.loader.get_source(env, name)[0])
        self._known = _names_read(tree, of="params") | _tested_names(tree)
        self._known_below = self._mentioned(env, tree, set())
        self._macros = None

    def _mentioned(self, env, tree, seen):
        names = _names_read(tree) | _tested_names(tree)
        for node in tree.find_all(nodes.FromImport):
            part = node.template.value
            if part not in seen and "/components/" in part:
                seen.add(part)
                names |= self._mentioned(env, env.parse(env.loader.get_source(env, part)[0]), seen)
        return names

    def _check(self, name, params):
        unknown = params.keys() - self._known
        if unknown:
            raise UnknownParameterError(f"{name} has no parameter {', '.join(map(repr, sorted(unknown)))}")
        for key, value in params.items():
            self._check_below(f"{name} {key}", key, value)

    def _check_below(self, where, key, value):
        if isinstance(value, (list, tuple)):
            for item in value:
                self._check_below(where, key, item)
        elif isinstance(value, dict) and not key.endswith(FREE):
            unknown = value.keys() - self._known_below
            if unknown:
                raise UnknownParameterError(f"{where} has no {', '.join(map(repr, sorted(unknown)))}")
            for inner, inner_value in value.items():
                self._check_below(f"{where}.{inner}", inner, inner_value)

    def _checked(self, macro):
        @pass_eval_context
        def call(eval_context, params=None, **named):
            if params:
                self._check(macro.name, params)
            return macro(eval_context, params or {}, **named)

        return call

    def _get_default_module(self, context=None):
        # The name that Jinja2's compiled templates call for an import.
        if self._macros is None:
            module = self._template.module
            self._macros = SimpleNamespace(
                **{name: self._checked(macro) for name, macro in vars(module).items() if name.startswith("govuk")}
            )
        return self._macros

    def make_module(self, *args, **kwargs):
        """The same macros for an import "with context", of which they need nothing."""
        return self._get_default_module()
