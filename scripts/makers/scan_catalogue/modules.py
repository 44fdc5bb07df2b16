"""The modules of a folder of Python sources, and what the names in them stand for. Nothing is imported."""
import ast
import builtins
import pathlib
import warnings

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
# Folders that nobody imports from, and `transformers.models`: thousands of files of layers.
SKIPPED = {"site-packages", "__pycache__", "test", "tests"}
SKIPPED_PATHS = ("transformers/models/", "torch/testing/", "lightning/pytorch/", "lightning/fabric/",
                 "accelerate/test_utils/")
BUILTINS = set(dir(builtins)) | {"__build_class__"}


class Module:
    def __init__(self, name, tree, is_package):
        self.name, self.is_package = name, is_package
        # name -> ("function", node) | ("class", node) | ("module" | "import", dotted) | ("alias", expression)
        # | ("instance", what is called) | ("bound", (what is called, attribute))
        self.symbols, self.stars = {}, []
        # Class -> the module that it says to be of: `Int8Tensor.__module__ = "torchao.quantization"`.
        self.homes = {}
        self.enter(tree.body, self.symbols)

    def enter(self, body, symbols):
        """The names that statements define, also inside `if`, `try` and `with`."""
        for node in body:
            if isinstance(node, FUNCTION):
                symbols.setdefault(node.name, ("function", node))
            elif isinstance(node, ast.ClassDef):
                symbols.setdefault(node.name, ("class", node))
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self.enter_import(node, symbols)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute) \
                    and node.targets[0].attr == "__module__" and isinstance(node.targets[0].value, ast.Name) \
                    and isinstance(node.value, ast.Constant):
                self.homes[node.targets[0].value.id] = node.value.value
            elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                if isinstance(node.value, ast.Attribute) and isinstance(node.value.value, ast.Call):
                    symbols.setdefault(node.targets[0].id, ("bound", (node.value.value.func, node.value.attr)))
                elif isinstance(node.value, (ast.Name, ast.Attribute)):
                    symbols.setdefault(node.targets[0].id, ("alias", node.value))
                elif isinstance(node.value, ast.Call):
                    symbols.setdefault(node.targets[0].id, ("instance", node.value.func))
            else:
                for field in ("body", "orelse", "finalbody", "handlers"):
                    for inner in getattr(node, field, []) or []:
                        self.enter(inner.body if isinstance(inner, ast.ExceptHandler) else [inner], symbols)

    def enter_import(self, node, symbols):
        if isinstance(node, ast.Import):
            for item in node.names:
                if item.asname:
                    symbols.setdefault(item.asname, ("import", item.name))
                else:
                    first = item.name.partition(".")[0]
                    symbols.setdefault(first, ("import", first))
            return
        base = self.base(node)
        for item in node.names:
            if item.name == "*":
                self.stars.append(base)
            else:
                symbols.setdefault(item.asname or item.name, ("import", f"{base}.{item.name}"))

    def base(self, node):
        """The module that `from … import` takes from."""
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + (1 if self.is_package else 0)]
        return ".".join(parts + ([node.module] if node.module else []))


class Library:
    """Modules by their names, and the resolution of dotted names among them."""

    def __init__(self):
        self.modules = {}
        self.cache = {}
        self.level = 0  # of names that lead to names

    def read(self, folder, packages=None, only=None):
        """Reads the modules below a folder; `only` is a pattern of paths in place of what is passed over otherwise."""
        folder = pathlib.Path(folder)
        for path in sorted(folder.rglob("*.py")):
            if only and not only.search(str(path.relative_to(folder))):
                continue
            parts = list(path.relative_to(folder).with_suffix("").parts)
            if packages is not None and parts[0] not in packages or SKIPPED & set(parts):
                continue
            if not only and str(path.relative_to(folder)).startswith(SKIPPED_PATHS):
                continue
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            if not all(part.isidentifier() for part in name.split(".")):
                continue
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    tree = ast.parse(path.read_bytes())
            except (SyntaxError, ValueError, RecursionError):
                continue
            self.modules[name] = Module(name, tree, is_package)

    def resolve(self, dotted, depth=0):
        """What a dotted name stands for: `(kind, module, qualified name)`, or `("other", None, dotted)`."""
        if dotted in self.cache:
            return self.cache[dotted]
        self.cache[dotted] = ("other", None, dotted)  # also where it leads back to itself
        found = self.look_up(dotted, depth) if depth < 12 else None
        self.cache[dotted] = found or ("other", None, dotted)
        return self.cache[dotted]

    def look_up(self, dotted, depth):
        parts = dotted.split(".")
        for count in range(len(parts), 0, -1):
            module = self.modules.get(".".join(parts[:count]))
            if module is None:
                continue
            return self.descend(module, parts[count:], depth)
        if len(parts) == 1 and parts[0] in BUILTINS:
            return ("other", None, f"builtins.{parts[0]}")
        return None

    def descend(self, module, rest, depth):
        if not rest:
            return ("module", module, "")
        if self.level > 60:
            return None
        self.level += 1
        try:
            return self.follow(module, rest, depth)
        finally:
            self.level -= 1

    def follow(self, module, rest, depth):
        kind, value = self.symbol(module, rest[0])
        tail = rest[1:]
        if kind == "function":
            return ("function", module, rest[0]) if not tail else None
        if kind == "class":
            return ("class", module, ".".join(rest)) if not tail else self.member(module, value, rest, depth)
        if kind == "import":
            return self.resolve(".".join([value] + tail), depth + 1)
        if kind == "instance" and len(tail) == 1:
            return self.attribute(module, value, tail[0], depth)
        if kind == "bound" and not tail:
            return self.attribute(module, *value, depth)
        if kind == "alias":
            target = self.name_of(value)
            if target and target.partition(".")[0] != rest[0]:
                return self.resolve_in(module, ".".join([target] + tail), depth + 1)
        for star in module.stars:
            other = self.modules.get(star)
            if other is not None and other is not module:
                found = self.descend(other, rest, depth + 1) if depth < 12 else None
                if found and found[0] != "other":
                    return found
        return None

    def attribute(self, module, called, name, depth):
        """`Class().name`."""
        dotted = self.name_of(called)
        kind, where, qualified = self.resolve_in(module, dotted, depth + 1) if dotted else ("other", None, "")
        return self.method(where, qualified, name) if kind == "class" and "." not in qualified else None

    def member(self, module, node, rest, depth):
        """`Class.name`, also where a base class has the name."""
        if len(rest) != 2:
            return None
        return self.method(module, rest[0], rest[1], depth)

    @staticmethod
    def symbol(module, name):
        return module.symbols.get(name, (None, None))

    @staticmethod
    def name_of(node):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            return ".".join([node.id] + parts[::-1])
        return None

    def resolve_in(self, module, dotted, depth=0):
        """What a name means inside a module."""
        first, _, rest = dotted.partition(".")
        if first in module.symbols or module.stars:
            found = self.descend(module, dotted.split("."), depth)
            if found:
                return found
            kind, value = self.symbol(module, first)
            if kind == "import":
                return ("other", None, ".".join([value, rest]) if rest else value)
            if kind:
                return ("other", None, f"{module.name}.{dotted}")
        if first in BUILTINS:
            return ("other", None, f"builtins.{dotted}")
        return ("other", None, dotted)

    def class_node(self, module, name):
        kind, node = self.symbol(module, name)
        return node if kind == "class" else None

    def bases(self, module, name):
        """The base classes in order: `(module, name)`, or `(None, dotted)` where there is no source."""
        node = self.class_node(module, name)
        for base in node.bases if node else []:
            dotted = self.name_of(base.value if isinstance(base, ast.Subscript) else base)
            if not dotted:
                continue
            kind, where, qualified = self.resolve_in(module, dotted)
            if kind == "class" and "." not in qualified:
                yield where, qualified
            elif kind == "other":
                yield None, qualified
            elif kind == "function":  # typing.NamedTuple
                yield None, f"{where.name}.{qualified}"

    def method(self, module, name, method, depth=0):
        """The method that a class has or inherits."""
        seen, pending, outside = set(), [(module, name)], None
        while pending:
            module, name = pending.pop(0)
            if (module, name) in seen or len(seen) > 60:
                continue
            seen.add((module, name))
            if module is None:
                outside = outside or ("other", None, f"{name}.{method}")
                continue
            node = self.class_node(module, name)
            if node is None:
                continue
            for item in node.body:
                if isinstance(item, FUNCTION) and item.name == method:
                    return ("method", module, f"{name}.{method}")
            pending += list(self.bases(module, name))
        return outside
