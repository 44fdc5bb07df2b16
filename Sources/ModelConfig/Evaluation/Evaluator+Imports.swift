import PythonSyntax

/// Imports bind names; nothing is imported.
extension Evaluator {
    func bind(_ imported: PythonImport) throws {
        let top = String(imported.name.prefix { $0 != "." })
        let name = imported.alias ?? top
        if PythonModules.isStandard(imported.name) {
            // `import os.path` binds `os`, `import os.path as osp` its path.
            try bind(name, .module(imported.alias == nil ? top : imported.name), at: imported.offset)
        } else {
            importedNames.insert(name)
            let module = imported.alias == nil ? top : imported.name
            try bind(name, .reference(ImportedName(module: module)), at: imported.offset)
        }
    }

    func bind(_ imports: PythonImportFrom) throws {
        for imported in imports.names {
            offset = imported.offset
            guard imported.name != "*" else {
                throw Reason.unsupported("`import *` outside `with read_base():`")
            }
            let name = imported.alias ?? imported.name
            importedNames.insert(name)
            guard imports.level == 0, PythonModules.isStandard(imports.path) else {
                try bind(name, .reference(ImportedName(module: imports.path, name: imported.name)), at: imported.offset)
                continue
            }
            let value = StandardModule.attribute(imported.name, of: imports.path)
            // What a config has no use for is an error where it is used.
            try bind(name, value ?? .module("\(imports.path).\(imported.name)"), at: imported.offset)
        }
    }
}
