/// Names that mean something to mmengine.
enum ConfigKeys {
    static let base = "_base_"
    static let delete = "_delete_"
    static let deprecation = "_deprecation_"
    /// No top-level key of a config may have one of these names.
    static let reserved: Set<String> = ["filename", "text", "pretty_text", "env_variables"]

    /// What a `ConfigDict` has as methods, so that no key can be assigned as an attribute of the name.
    static let attributes: Set<String> = [
        "build_lazy", "clear", "copy", "deepcopy", "freeze", "fromkeys", "get", "items", "keys", "lazy", "merge", "pop",
        "popitem", "setdefault", "to_dict", "unfreeze", "update", "values",
    ]
}
