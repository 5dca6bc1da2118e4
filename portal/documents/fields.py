"""Which fields a paper's template asks for, in every branch of it: read from the template, without any data."""

from collections.abc import Mapping
from typing import Any

from django.template import Engine
from django.template.base import FilterExpression, Node, TextNode, Variable, VariableNode
from django.template.defaulttags import CommentNode, ForNode, IfNode, LoadNode, WithNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode

from portal.documents.pdf import PaperFault

_SAYS_NOTHING = (TextNode, CommentNode, LoadNode, BlockNode)


def used_fields(engine: Engine, template: str) -> frozenset[str]:
    """Dotted names, with "[]" for an item of a list. Raises PaperFault for a tag that can't be looked into."""
    found: set[str] = set()
    _Reader(engine, found).walk(engine.get_template(template).nodelist, {})
    return frozenset(found)


class _Reader:
    """Walks a template; `names` says what the names given by `for` and `with` stand for."""

    def __init__(self, engine: Engine, found: set[str]) -> None:
        self.engine, self.found = engine, found

    def walk(self, nodes: Any, names: Mapping[str, str]) -> None:
        for node in nodes:
            self._node(node, names)

    def _node(self, node: Node, names: Mapping[str, str]) -> None:
        inside = dict(names)
        if isinstance(node, VariableNode):
            self._asks(node.filter_expression, names)
        elif isinstance(node, ForNode):
            items = self._asks(node.sequence, names)
            inside |= dict.fromkeys(node.loopvars, f"{items}[]") | {"forloop": ""}
        elif isinstance(node, WithNode):
            inside |= {name: self._asks(value, names) for name, value in node.extra_context.items()}
        elif isinstance(node, IfNode):
            for condition, branch in node.conditions_nodelists:
                self._condition(condition, names)
                self.walk(branch, names)
            return
        elif isinstance(node, ExtendsNode | IncludeNode):
            named: Any = node.parent_name if isinstance(node, ExtendsNode) else node.template
            self.walk(self.engine.get_template(str(named.var)).nodelist, names)
        elif not isinstance(node, _SAYS_NOTHING):
            raise PaperFault(f"a paper may not use {node!r}: what it asks for can't be told beforehand")
        for part in node.child_nodelists:
            self.walk(getattr(node, part, ()), inside)

    def _condition(self, condition: Any, names: Mapping[str, str]) -> None:
        """A comparison is a tree whose leaves carry expressions; `else` has none."""
        if condition is None:
            return
        if isinstance(value := getattr(condition, "value", None), FilterExpression):
            self._asks(value, names)
        for side in (getattr(condition, "first", None), getattr(condition, "second", None)):
            self._condition(side, names)

    def _asks(self, expression: Any, names: Mapping[str, str]) -> str:
        """Note what an expression asks for. Returns the name of its variable, "" for a constant."""
        for _filter, arguments in expression.filters:
            for is_variable, value in arguments:
                if is_variable:
                    self._note(value, names)
        return self._note(expression.var, names)

    def _note(self, variable: Any, names: Mapping[str, str]) -> str:
        if not isinstance(variable, Variable) or not variable.lookups:
            return ""
        first, *rest = variable.lookups
        known = names.get(first, first)
        path = ".".join([known, *rest]) if known else ""
        if path:
            self.found.add(path)
        return path
