"""Which functions lead what they are given to a sink.

Every function is read once, statement by statement and without regard to their order: a name is tainted if a value
that comes from a parameter, or from the command line and standard input, is assigned to it. A call is an edge to what
it calls, with the taint of its arguments. Then what is harmful is propagated backwards over the edges, shortest chain
first.
"""
import ast
import collections

from .modules import FUNCTION
from .sinks import HARMLESS, HOOKS, METHODS, OPENS, PARSERS, SINKS, SOURCES

PARAMETER, SOURCE = 1, 2
CONSTRUCTORS = ("__init__", "__new__", "__post_init__")
# What an unpickler or the interpreter calls of an object that nobody constructs.
LIFECYCLE = ("__new__", "__setstate__", "__del__", "__setattr__", "__setitem__", "__hash__", "__eq__", "append", "extend")
WRITES = set("wax+")


class Function:
    """One function's edges: `(kind, module, qualified name, taint)`, and sinks: `(letter, dotted, taint)`."""

    def __init__(self, library, module, node, owner=None, attributes=None):
        self.library, self.module, self.owner = library, module, owner
        self.attributes = attributes or {}
        self.edges, self.sinks = [], []
        self.taint, self.types, self.imports = {}, {}, {}
        self.receiver = None
        self.enter_parameters(node)
        self.body = list(ast.walk(node))
        for item in self.body:
            if isinstance(item, (ast.Import, ast.ImportFrom)):
                self.enter_import(item)
        for _ in range(2):
            for item in self.body:
                self.assign(item)
        for item in self.body:
            if isinstance(item, ast.Call):
                self.enter_call(item)
        del self.body

    # Names

    def enter_parameters(self, node):
        arguments = node.args
        every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
        every += [one for one in (arguments.vararg, arguments.kwarg) if one]
        static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)
        for index, one in enumerate(every):
            if index == 0 and self.owner and not static:
                self.receiver = one.arg
                is_class = any(isinstance(d, ast.Name) and d.id == "classmethod" for d in node.decorator_list)
                # What a constructor makes has only what it is given.
                self.taint[one.arg] = 0 if node.name in CONSTRUCTORS or is_class else PARAMETER
                continue
            self.taint[one.arg] = PARAMETER
            if one.annotation is not None:
                self.enter_type(one.arg, one.annotation)

    def enter_type(self, name, annotation):
        dotted = self.library.name_of(annotation)
        if dotted:
            found = self.resolve(dotted)
            if found[0] in ("class", "other"):
                self.types.setdefault(name, found)

    def enter_import(self, node):
        symbols = {}
        self.module.enter_import(node, symbols)
        self.imports.update({name: value for name, (_, value) in symbols.items()})

    def resolve(self, dotted):
        first, _, rest = dotted.partition(".")
        if first in self.imports:
            return self.library.resolve(".".join(filter(None, [self.imports[first], rest])))
        if first in self.taint and first != self.receiver:
            return ("other", None, "?." + dotted)
        return self.library.resolve_in(self.module, dotted)

    # Taint

    def taint_of(self, node):
        found = 0
        pending = [node]
        while pending:
            item = pending.pop()
            if isinstance(item, ast.Name):
                found |= self.taint.get(item.id, 0)
            elif isinstance(item, ast.Attribute):
                dotted = self.library.name_of(item)
                if dotted in SOURCES or item.attr == "__class__":
                    found |= SOURCE if dotted in SOURCES else 0
                    continue
                if item.attr in ("__name__", "__qualname__", "__module__") or dotted == f"{self.receiver}.__class__":
                    continue
            elif isinstance(item, ast.Call):
                function = item.func
                if isinstance(function, ast.Attribute) and function.attr in PARSERS:
                    found |= SOURCE
                elif isinstance(function, ast.Name) and function.id == "input":
                    found |= SOURCE
                elif isinstance(function, ast.Name) and function.id in ("len", "isinstance", "hasattr", "int", "float",
                                                                        "bool", "type", "id", "issubclass"):
                    continue
            elif isinstance(item, (ast.Compare, ast.Lambda)):
                continue
            pending += ast.iter_child_nodes(item)
        return found

    def assign(self, node):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value is not None:
            targets, value = [node.target], node.value
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            targets, value = [node.target], node.iter
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            targets, value = [node.optional_vars], node.context_expr
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return self.construct(node.value)
        else:
            return
        taint = self.taint_of(value)
        kind = self.type_of(value)
        for target in targets:
            names = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
            for name in names:
                if self.library.name_of(name) in HOOKS:
                    self.sinks.append(("t", self.library.name_of(name), taint))
                root = name
                while isinstance(root, (ast.Attribute, ast.Subscript, ast.Starred)):
                    root = root.value
                if isinstance(root, ast.Name):
                    self.taint[root.id] = self.taint.get(root.id, 0) | taint
                if kind and len(names) == 1 and isinstance(name, ast.Name):
                    self.types.setdefault(name.id, kind)

    def construct(self, call):
        """`super().__init__(x)`: what a base class is given becomes a part of the object."""
        if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__" and self.receiver:
            for argument in list(call.args) + [keyword.value for keyword in call.keywords]:
                self.taint[self.receiver] |= self.taint_of(argument)

    def type_of(self, value):
        """The class that an expression makes an instance of, where it is written there."""
        if isinstance(value, ast.Call):
            dotted = self.library.name_of(value.func)
            if dotted:
                found = self.resolve(dotted)
                if found[0] == "class" or found[0] == "other" and found[2].rpartition(".")[2][:1].isupper():
                    return found
                if found[2] in ("socket.socket", "_socket.socket"):
                    return found
        return None

    # Calls

    def enter_call(self, node):
        arguments = list(node.args) + [keyword.value for keyword in node.keywords]
        taint = 0
        for argument in arguments:
            taint |= self.taint_of(argument)
        target, receiver_taint = self.callee(node.func)
        for argument in arguments:  # functions that are handed over
            dotted = self.library.name_of(argument) if isinstance(argument, (ast.Name, ast.Attribute)) else None
            if dotted:
                found, own = self.named(dotted)
                if found and found[0] in ("function", "method"):
                    self.edges.append((found[1].name, found[2], taint | own))
        if target is None:
            if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
                self.sinks.append((METHODS[node.func.attr], f"….{node.func.attr}", taint | receiver_taint))
            return
        kind, module, qualified = target
        if kind in ("function", "method", "class"):
            if not self.enter_sink(f"{module.name}.{qualified}", node, taint | receiver_taint):
                self.edges.append((module.name, qualified, taint | receiver_taint))
        elif kind == "other":
            if not self.enter_sink(qualified, node, taint | receiver_taint) and isinstance(node.func, ast.Attribute):
                name = node.func.attr
                if name in METHODS:
                    self.sinks.append((METHODS[name], f"….{name}", taint | receiver_taint))

    def named(self, dotted):
        """What a name in this function stands for, and the taint of its receiver."""
        first, _, rest = dotted.partition(".")
        if first == self.receiver and self.owner:
            parts = rest.split(".") if rest else []
            if len(parts) == 1:
                return self.library.method(self.module, self.owner, parts[0]), self.taint.get(first, 0)
            if len(parts) == 2 and parts[0] in self.attributes:
                return self.member(self.attributes[parts[0]], parts[1]), self.taint.get(first, 0)
            return None, self.taint.get(first, 0)
        if first in self.types and rest and "." not in rest:
            return self.member(self.types[first], rest), self.taint.get(first, 0)
        if first in self.taint and first not in self.imports:
            return None, self.taint[first]
        return self.resolve(dotted), 0

    def member(self, kind, name):
        if kind[0] == "class":
            return self.library.method(kind[1], kind[2], name)
        return ("other", None, f"{kind[2]}.{name}")

    def callee(self, node):
        dotted = self.library.name_of(node)
        if dotted:
            return self.named(dotted)
        if isinstance(node, ast.Attribute):
            value = node.value
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "super":
                for base in self.library.bases(self.module, self.owner) if self.owner else []:
                    if base[0] is None:
                        return ("other", None, f"{base[1]}.{node.attr}"), self.taint.get(self.receiver, 0)
                    found = self.library.method(base[0], base[1], node.attr)
                    if found:
                        return found, self.taint.get(self.receiver, 0)
                return None, 0
            kind = self.type_of(value)
            if kind:
                return self.member(kind, node.attr), self.taint_of(value)
            return None, self.taint_of(value)
        return None, 0

    def enter_sink(self, dotted, node, taint):
        """Whether the axioms decide on a call; notes it where they call it harmful."""
        if dotted in HARMLESS:
            return True
        if dotted in OPENS:
            if self.writes(dotted, node):
                first = node.args[0] if node.args else next((k.value for k in node.keywords), None)
                if first is not None:
                    own = self.taint_of(first) | (self.taint_of(node.func) if dotted == "pathlib.Path.open" else 0)
                    self.sinks.append(("w", dotted, own))
            return True
        sink = SINKS.get(dotted) or SINKS.get(dotted.removesuffix(".__init__"))
        if sink is None:
            return False
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if sink.keyword:
            value = given.get(sink.keyword)
            if value is None or isinstance(value, ast.Constant) and not value.value:
                return True
        if sink.unless:
            value = given.get(sink.unless)
            if isinstance(value, ast.Constant) and value.value is True:
                return True
        if dotted.startswith("yaml.load") and any("Safe" in ast.dump(one) for one in list(node.args[1:]) +
                                                  list(given.values())):
            return True
        self.sinks.append((sink.kind, dotted, taint))
        return True

    def writes(self, dotted, node):
        if dotted in ("os.open", "posix.open"):
            return any(word in ast.dump(node) for word in ("O_WRONLY", "O_RDWR", "O_CREAT", "flags"))
        mode = next((k.value for k in node.keywords if k.arg == "mode"), None)
        position = 0 if dotted == "pathlib.Path.open" else 1
        if mode is None and len(node.args) > position:
            mode = node.args[position]
        if mode is None:
            return False
        if isinstance(mode, ast.Constant):
            return bool(WRITES & set(str(mode.value)))
        return bool(self.taint_of(mode))


def attributes_of(library, module, name, node):
    """For each `self.x = Class(…)` of a class what x is an instance of."""
    found = {}
    for item in ast.walk(node):
        if isinstance(item, ast.Assign) and isinstance(item.value, ast.Call):
            for target in item.targets:
                if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) \
                        and target.value.id == "self":
                    dotted = library.name_of(item.value.func)
                    kind = library.resolve_in(module, dotted) if dotted else ("", None, "")
                    if kind[0] == "class" or kind[0] == "other" and kind[2].rpartition(".")[2][:1].isupper():
                        found.setdefault(target.attr, kind)
    return found


class Analysis:
    """All functions of a library, and for the harmful ones why: `reasons[(module, name)] = (letter, next)`."""

    def __init__(self, library):
        self.library = library
        self.functions = {}
        self.reasons, self.always = {}, set()
        for module in library.modules.values():
            for name, (kind, node) in list(module.symbols.items()):
                if kind == "function":
                    self.functions[module.name, name] = Function(library, module, node)
                elif kind == "class":
                    self.enter_class(module, name, node)
        self.propagate()

    def enter_class(self, module, name, node):
        attributes = attributes_of(self.library, module, name, node)
        for item in node.body:
            if isinstance(item, FUNCTION):
                self.functions[module.name, f"{name}.{item.name}"] = Function(
                    self.library, module, item, name, attributes)

    def propagate(self):
        callers = collections.defaultdict(list)
        for key, function in self.functions.items():
            for module, name, taint in function.edges:
                callers[module, name].append((key, taint))
        for module in self.library.modules.values():
            for name, (kind, node) in list(module.symbols.items()):
                if kind == "class":
                    for constructor in CONSTRUCTORS:
                        found = self.library.method(module, name, constructor)
                        if found and found[0] == "method":
                            callers[found[1].name, found[2]].append(((module.name, name), PARAMETER))
        pending = collections.deque()
        for key, function in self.functions.items():
            for letter, dotted, taint in sorted(set(function.sinks)):
                self.enter(key, letter, dotted, taint, False, pending)
        for module in self.library.modules.values():
            for name, (kind, _) in list(module.symbols.items()):
                if kind == "class":
                    self.enter_native_base(module, name, pending)
        while pending:
            key = pending.popleft()
            letter = self.reasons[key][0]
            for caller, taint in callers[key]:
                self.enter(caller, letter, ".".join(key), taint, key in self.always, pending)

    def enter(self, key, letter, target, taint, is_always, pending):
        strong = is_always or taint & SOURCE
        if not strong and not taint & PARAMETER:
            return
        if key not in self.reasons:
            self.reasons[key] = (letter, target)
        elif not strong or key in self.always:
            return
        if strong:
            self.always.add(key)
        pending.append(key)

    def enter_native_base(self, module, name, pending):
        """A class whose constructor is that of a harmful class without source."""
        if any((self.library.method(module, name, one) or ("other",))[0] == "method" for one in ("__init__", "__new__")):
            return
        seen, ways = set(), [(module, name)]
        while ways:
            where, base = ways.pop()
            if where is None:
                if base in SINKS:
                    self.enter((module.name, name), SINKS[base].kind, base, PARAMETER, False, pending)
                continue
            if (where, base) not in seen:
                seen.add((where, base))
                ways += list(self.library.bases(where, base))
