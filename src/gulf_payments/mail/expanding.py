"""Macros and constants without their cost: templates are spelled out before they are compiled.

A mail is written in macros (`parts.fact(...)`), and each call of one costs as much as all else on its line; so what the
macro says is put in the place of its call, once, when the template is compiled. What never changes within one language
(sides, colours, texts by their key) becomes plain text with it. What cannot be spelled out (a macro within an
expression, or with stars) stays a call, and works the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, MutableMapping, Sequence
from itertools import count
from typing import Any, TypeVar

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

Copied = TypeVar("Copied")


class ExpandingEnvironment(Environment):
    """An environment whose templates are spelled out. Give `macros` and `constants` before the first is compiled."""

    macros: Mapping[str, nodes.Macro]
    constants: Mapping[str, object]
    brand: object
    safe_filters: Collection[str] = ()
    """Filters whose results are markup already."""

    def read_macros(self, name: str) -> None:
        """Take the macros of this template for `parts`, from wherever the loader finds it."""
        assert self.loader is not None
        source, _, _ = self.loader.get_source(self, name)
        macros = list(self.parse(source, name).find_all(nodes.Macro))
        siblings = _Siblings(self, {macro.name for macro in macros})
        self.macros = {macro.name: siblings.visit(_Folder(self, macro).visit(macro)) for macro in macros}
        self.globals.update(self.constants, brand=self.brand)
        self.globals["parts"] = self.get_template(name).module

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of one template: a plain dict, which each rendering copies faster than jinja2's chain."""
        return {**self.globals, **(d or {})}


class _Generator(CodeGenerator):
    """Compiles what the expander made of a template."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - jinja2's name
        assert isinstance(self.environment, ExpandingEnvironment)
        super().visit_Template(_Expander(self.environment, node).visit(node), frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - jinja2's own
        if not self._is_markup(node):  # escaping it again changes nothing, and takes half of the time
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401
        if not self._is_markup(node):
            super()._output_child_post(node, frame, finalize)

    def _is_markup(self, node: nodes.Expr) -> bool:
        assert isinstance(self.environment, ExpandingEnvironment)
        return isinstance(node, nodes.Filter) and node.name in self.environment.safe_filters


ExpandingEnvironment.code_generator_class = _Generator


class _Folder(NodeTransformer):
    """Replaces constants by their values in a template, or in a macro; a name that is set there is no constant."""

    def __init__(self, environment: ExpandingEnvironment, place: nodes.Node) -> None:
        self._environment = environment
        given = {name.name for name in place.find_all(nodes.Name) if name.ctx != "load"}
        self._constants = {name: value for name, value in environment.constants.items() if name not in given}
        self._has_brand = "brand" not in given

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - jinja2's names
        if node.ctx == "load" and node.name in self._constants:
            return self._constant(self._constants[node.name], node)
        return node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        if self._has_brand and isinstance(node.node, nodes.Name) and node.node.name == "brand":
            value = getattr(self._environment.brand, node.attr, None)
            if isinstance(value, str | int):
                return self._constant(value, node)
        return self.generic_visit(node)

    def _constant(self, value: object, place: nodes.Node) -> nodes.Const:
        return nodes.Const(value, lineno=place.lineno, environment=self._environment)


class _Expander(_Folder):
    """Replaces calls of macros by their bodies too."""

    def __init__(self, environment: ExpandingEnvironment, template: nodes.Template) -> None:
        super().__init__(environment, template)
        self._scope = nodes.EvalContext(environment, None)
        self._callers: list[Sequence[nodes.Node]] = []
        self._numbers = count(1)

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:  # noqa: N802
        """The output in pieces: what it said between the macros, and what they say."""
        pieces: list[nodes.Node] = []
        for child in node.nodes:
            spelled = self._spelled(child)
            if spelled is None:
                pieces.append(nodes.Output([self.visit(child)], lineno=node.lineno, environment=node.environment))
            else:
                pieces += spelled
        return _joined(pieces)

    def visit_CallBlock(self, node: nodes.CallBlock) -> list[nodes.Node]:  # noqa: N802
        inside = self._visited(node.body)
        macro = None if node.args else self._macro(node.call)
        if macro is None:
            node.body = inside
            return [node]
        self._callers.append(inside)
        spelled = self._body(macro, node.call)
        self._callers.pop()
        return spelled

    def _visited(self, body: Sequence[nodes.Node]) -> list[nodes.Node]:
        return _joined([piece for node in body for piece in self.visit_list(node)])

    def _spelled(self, node: nodes.Node) -> list[nodes.Node] | None:
        """What stands in the place of a call; None if it is no call that can be spelled out."""
        if not isinstance(node, nodes.Call):
            return None
        if isinstance(node.node, nodes.Name) and node.node.name == "caller" and self._callers:
            return list(self._callers[-1])
        macro = self._macro(node)
        return self._body(macro, node) if macro else None

    def _macro(self, call: nodes.Call) -> nodes.Macro | None:
        """The macro that is called, as `parts.name`, if all that it is given is plain."""
        called = call.node
        if not (isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name)):
            return None
        macro = self._environment.macros.get(called.attr) if called.node.name == "parts" else None
        is_plain = not (call.dyn_args or call.dyn_kwargs or call.kwargs)
        fits = macro and len(macro.args) - len(macro.defaults) <= len(call.args) <= len(macro.args)
        return macro if is_plain and fits else None

    def _body(self, macro: nodes.Macro, call: nodes.Call) -> list[nodes.Node]:
        """The macro's body, its parameters named apart from every other name and bound where they are no constants."""
        missing = len(macro.args) - len(call.args)
        defaults = macro.defaults[len(macro.defaults) - missing :] if missing else []
        given = [*(self.visit(argument) for argument in call.args), *defaults]
        bound: dict[str, nodes.Expr] = {}
        renamed: dict[str, nodes.Expr] = {}
        for parameter, value in zip(macro.args, given, strict=True):
            settled = self._settled(value) or (value if _is_read_once(parameter.name, macro) else None)
            name = f"{macro.name}_{parameter.name}_{next(self._numbers)}"
            renamed[parameter.name] = settled or nodes.Name(name, "load", lineno=call.lineno)
            if settled is None:
                bound[name] = value
        body = [_Renaming(renamed).visit(_copy(node)) for node in macro.body]
        for node in body:
            node.set_lineno(call.lineno, override=True)  # an error names the line that calls
        visited = self._visited(body)
        if not bound:
            return visited
        targets: list[nodes.Expr] = [nodes.Name(name, "param", lineno=call.lineno) for name in bound]
        scope = nodes.With(targets, list(bound.values()), visited, lineno=call.lineno)
        return [scope.set_environment(self._environment)]

    def _settled(self, value: nodes.Expr) -> nodes.Const | None:
        try:
            return self._constant(value.as_const(self._scope), value)
        except nodes.Impossible:
            return None


class _Siblings(NodeTransformer):
    """Writes a macro's calls of its neighbours as a template would: `title(...)` as `parts.title(...)`."""

    def __init__(self, environment: Environment, names: Collection[str]) -> None:
        self._environment, self._names = environment, names

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if isinstance(node.node, nodes.Name) and node.node.name in self._names:
            parts = nodes.Name("parts", "load", lineno=node.lineno)
            node.node = nodes.Getattr(parts, node.node.name, "load", lineno=node.lineno)
            node.set_environment(self._environment)
        return node


class _Renaming(NodeTransformer):
    """Puts what was given in the place of a macro's parameters."""

    def __init__(self, names: Mapping[str, nodes.Expr]) -> None:
        self._names = names

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802
        return _copy(self._names.get(node.name, node))


def _is_read_once(parameter: str, macro: nodes.Macro) -> bool:
    """Whether what is given can stand in the parameter's place without being worked out again."""
    named = [name for name in macro.find_all(nodes.Name) if name.name == parameter and name.ctx == "load"]
    return len(named) <= 1 and macro.find(nodes.For) is None


def _copy(value: Copied) -> Copied:
    """A node and everything below it anew; the environment that it belongs to stays the same."""
    if isinstance(value, list | tuple):
        return type(value)(_copy(item) for item in value)
    if not isinstance(value, nodes.Node):
        return value
    attributes = {name: getattr(value, name, None) for name in value.attributes}
    return type(value)(*(_copy(getattr(value, field)) for field in value.fields), **attributes)


def _joined(pieces: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Neighbouring outputs as one, so that what is constant in them becomes one text."""
    joined: list[nodes.Node] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, nodes.Output) and isinstance(last, nodes.Output):
            last.nodes.extend(piece.nodes)
        else:
            joined.append(piece)
    return joined
