"""Walks a syntax tree knowing, for each name, which function, class or module binds it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Scope:
    """The names one function, class or comprehension binds, and what they become."""

    def __init__(self, node: ast.AST, names: dict[str, str], outer: set[str]) -> None:
        self.node = node
        self.names = names
        self.outer = outer  # declared `global`

    @property
    def is_class(self) -> bool:
        """Names of a class body are seen there, not in the methods."""
        return isinstance(self.node, ast.ClassDef)


class Scoped(ast.NodeTransformer):
    """Renames by scope: override the three hooks."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []

    def load_global(self, name: str) -> ast.expr:
        """What reads the module's (or the interpreter's) `name`."""
        return ast.Name(self.global_name(name), ast.Load())

    def global_name(self, name: str) -> str:
        """What `name` becomes where the module binds it."""
        return name

    def local_names(self, node: ast.AST, names: set[str]) -> dict[str, str]:
        """What a function's or comprehension's names become."""
        return {name: name for name in names}

    def find_local(self, name: str) -> str | None:
        """What a name became if some function, class or comprehension here binds it."""
        for depth in range(len(self.scopes) - 1, -1, -1):
            scope = self.scopes[depth]
            if scope.is_class and depth != len(self.scopes) - 1:
                continue
            if name in scope.outer:
                return None
            if name in scope.names:
                return scope.names[name]
        return None

    def visit_Name(self, node: ast.Name) -> ast.expr:
        local = self.find_local(node.id)
        if local is not None:
            return ast.Name(local, node.ctx)
        if isinstance(node.ctx, ast.Load):
            return self.load_global(node.id)
        return ast.Name(self.global_name(node.id), node.ctx)

    def visit_Global(self, node: ast.Global) -> ast.stmt:
        return ast.Global([self.global_name(name) for name in node.names])

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.stmt:
        return ast.Nonlocal([self._bound(name) for name in node.names])

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        if node.name:
            node.name = self._bound(node.name)
        return self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> ast.AST:
        # A dotted name without `as` binds its first part, which cannot be renamed here.
        if "." not in node.name or node.asname:
            bound = self._bound(node.asname or node.name)
            node.asname = bound if bound != node.name else None
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(self._bound(node.arg))  # annotations take nothing to a board

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return self.visit(ast.Assign([node.target], node.value, lineno=node.lineno))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self._defaults(node.args)
        self._push(node, arguments(node) | bound([node.body]))
        node.args = self.visit(node.args)
        node.body = self.visit(node.body)
        self.scopes.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._bound(node.name)
        self._visit_all(node.decorator_list)
        self._visit_all(node.bases)
        self._visit_all(node.keywords)
        names = bound(node.body)
        self.scopes.append(Scope(node, {name: name for name in names}, set()))
        node.body = self._body(node.body)
        self.scopes.pop()
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._comprehension(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.name = self._bound(node.name)
        node.returns = None
        self._visit_all(node.decorator_list)
        self._defaults(node.args)
        self._push(node, arguments(node) | bound(node.body))
        node.args = self.visit(node.args)
        node.body = self._body(node.body)
        self.scopes.pop()
        return node

    def _comprehension(self, node: Comprehension) -> ast.AST:
        # The first iterable belongs to the scope around it.
        first = self.visit(node.generators[0].iter)
        targets = {name for each in node.generators for name in stored(each.target)}
        self._push(node, targets)
        node.generators[0].iter = ast.Constant(None)
        self.generic_visit(node)
        node.generators[0].iter = first
        self.scopes.pop()
        return node

    def _push(self, node: ast.AST, names: set[str]) -> None:
        outer: set[str] = set()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in inside(node.body):
                if isinstance(inner, ast.Global | ast.Nonlocal):
                    names -= set(inner.names)
                    outer |= set(inner.names) if isinstance(inner, ast.Global) else set()
        self.scopes.append(Scope(node, self.local_names(node, names), outer))

    def _bound(self, name: str) -> str:
        local = self.find_local(name)
        return self.global_name(name) if local is None else local

    def _defaults(self, args: ast.arguments) -> None:
        self._visit_all(args.defaults)
        args.kw_defaults = [each and self.visit(each) for each in args.kw_defaults]

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        # Without the defaults, which belong to the scope around the function.
        for group in (node.posonlyargs, node.args, node.kwonlyargs):
            group[:] = [self.visit_arg(each) for each in group]
        node.vararg = node.vararg and self.visit_arg(node.vararg)
        node.kwarg = node.kwarg and self.visit_arg(node.kwarg)
        return node

    def _visit_all(self, nodes: list[Any]) -> None:
        nodes[:] = [self.visit(node) for node in nodes]

    def _body(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        body: list[ast.stmt] = []
        for statement in statements:
            made = self.visit(statement)
            body += made if isinstance(made, list) else [made] if made is not None else []
        return body or [ast.Pass()]


def arguments(node: Function) -> set[str]:
    """The parameters of a function."""
    args = node.args
    named = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {each.arg for each in named if each is not None}


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that these statements bind in their own scope."""
    names: set[str] = set()
    for node in inside(nodes):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.split(".")[0])
    return names


def stored(target: ast.expr) -> set[str]:
    """The names an assignment to `target` binds."""
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def inside(nodes: Iterable[ast.AST]) -> Iterable[ast.AST]:
    """All nodes below, but not what stands in a scope of its own."""
    for node in nodes:
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            outside: list[ast.AST] = list(getattr(node, "decorator_list", []))
            if not isinstance(node, ast.ClassDef):
                outside += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            yield from inside(outside)
        elif isinstance(node, Comprehension):
            for part in ast.walk(node):  # `:=` binds in the scope around a comprehension
                if isinstance(part, ast.NamedExpr):
                    yield part.target
        else:
            yield from inside(ast.iter_child_nodes(node))
