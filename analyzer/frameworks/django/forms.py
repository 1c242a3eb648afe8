"""What forms ask for when they are validated: the rows that their fields choose from."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.evidence import Confidence
from ...model.facts import Fact
from ...model.world import Syntax, TypeRule, World
from .declared import Declared, model_in
from .relations import Relations

FORMS = (
    "django.forms.Form",
    "django.forms.forms.Form",
    "django.forms.BaseForm",
    "django.forms.forms.BaseForm",
    "django.forms.ModelForm",
    "django.forms.models.ModelForm",
    "django.forms.BaseModelForm",
)
_CHOICES = ("ModelChoiceField", "ModelMultipleChoiceField")
_CLEANED = "django.forms.BaseForm.(cleaned_data)"
_MADE_FORM, _MADE_SET = "django.forms.MadeForm", "django.forms.MadeFormSet"
"""What `modelform_factory` and those of sets of forms give: classes that are about a model."""
VALIDATES = (".is_valid", ".full_clean")
_MOST = 40


def form_types() -> Iterator[TypeRule]:
    """`form.cleaned_data["order"]` is what the field of that name chooses from."""
    for form in FORMS:
        yield TypeRule(f"{form}.cleaned_data", f"{_CLEANED}[T]")
        yield TypeRule(f"{form}.clean()", f"{_CLEANED}[T]")
        for method in VALIDATES:
            yield TypeRule(f"{form}{method}", f"{form}{method}[T]")
    yield TypeRule(f"{_CLEANED}[key]", "Meta.model")
    for method in ("get", "pop"):
        yield TypeRule(f"{_CLEANED}.{method}()", "key")
    for module in ("django.forms", "django.forms.models"):
        yield TypeRule(f"{module}.ModelChoiceField()", f"{module}.ModelChoiceField[queryset=]")
        yield TypeRule(f"{module}.modelform_factory()", f"{_MADE_FORM}[1]")
        yield TypeRule(f"{module}.modelformset_factory()", f"{_MADE_SET}[1]")
        yield TypeRule(f"{module}.inlineformset_factory()", f"{_MADE_SET}[2]")
    yield TypeRule("django.contrib.contenttypes.forms.generic_inlineformset_factory()", f"{_MADE_SET}[1]")
    for made in (_MADE_FORM, _MADE_SET):
        yield TypeRule(f"{made}()", f"{made}()[T]")
        yield TypeRule(f"{made}().save", f"{made}().save[T]")
    yield TypeRule(f"{_MADE_FORM}().save()", "T")
    yield TypeRule(f"{_MADE_FORM}().instance", "T")
    yield TypeRule(f"{_MADE_SET}().save()", "django.db.models.Made[T]")
    yield TypeRule(f"{_MADE_SET}()[]", f"{_MADE_FORM}()[T]")


def read_choices(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `choice`: the fields of forms that choose from rows, and what they choose from.

    Of kind `plain`: the names of those that are declared, and choose from none.
    """
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        name = syntax.name_of(node, scope)
        for statement in node.body[:_MOST] if node.name != "Meta" else ():
            value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
            if not isinstance(value, ast.Call):
                continue
            dotted = syntax.dotted(value.func)
            if dotted.endswith("Field") and "forms." in dotted and not dotted.endswith(_CHOICES):
                target = statement.targets[0] if isinstance(statement, ast.Assign) else None
                if isinstance(target, ast.Name):
                    yield Fact("plain", name, value.lineno, value.col_offset, {"name": target.id})
            elif dotted.endswith(_CHOICES):
                given = [k.value for k in value.keywords if k.arg == "queryset"] + value.args[:1]
                code = syntax.express(given[0], name) if given else ""
                yield Fact("choice", name, value.lineno, value.col_offset, {"code": code})


class Forms:
    """The rows that a form reads when it is validated."""

    def __init__(self, world: World, relations: Relations, declared: Declared) -> None:
        self._world, self._relations, self._declared = world, relations, declared
        self._choices: dict[str, list[str]] = {}
        self._fields: dict[str, list[str]] = {}
        self._plain: set[tuple[str, str]] = set()
        for path, fact in world.facts("django"):
            class_ = f"{world.module_of(path)}.{fact.scope}"
            if fact.kind == "choice":
                model = model_in(world, path, fact.scope, str(fact.data["code"]))
                self._choices.setdefault(class_, []).append(model)
            elif fact.kind == "plain":
                self._plain.add((class_, str(fact.data["name"])))
            elif fact.kind == "meta" and fact.data.get("form_fields"):
                self._fields[class_] = [str(name) for name in fact.data["form_fields"]]

    def checked(self, form: str) -> Iterator[tuple[str, Confidence]]:
        """(model, how sure) of what its fields choose from; whether a model's own is asked for as well."""
        for ancestor in self._world.ancestors(form):
            for model in self._choices.get(ancestor.name, ()):
                if model in self._relations.tables:
                    yield model, "likely"
        model = self._declared.model_of(form, "Meta")
        leads = self._relations.attributes.get(model, {})
        listed = next(
            (self._fields[a.name] for a in self._world.ancestors(form) if a.name in self._fields), []
        )
        for name in listed:
            relation = leads.get(name)
            if any((ancestor.name, name) in self._plain for ancestor in self._world.ancestors(form)):
                continue  # a field of the form's own stands in place of the model's
            if relation is not None and relation.target and not relation.reverse:
                yield relation.target, "likely"
        if model:
            yield model, "possible"  # what has to be unique
