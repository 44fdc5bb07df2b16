import CYAML

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The functions of libyaml that parse. The library is loaded when the first file is read; the types come from its
/// header.
///
/// Not checked: Swift does not know that the functions may be called from any thread.
struct YAMLLibrary: @unchecked Sendable {
    let initialize: CYAML_parser_initialize
    let setInput: CYAML_parser_set_input_string
    let parse: CYAML_parser_parse
    let deleteParser: CYAML_parser_delete
    let deleteEvent: CYAML_event_delete

    #if canImport(Darwin)
        /// Where Homebrew puts it.
        static let fileNames = ["/opt/homebrew", "/usr/local"].map { "\($0)/opt/libyaml/lib/libyaml-0.2.dylib" }
    #else
        static let fileNames = ["libyaml-0.so.2"]
    #endif

    /// The system's.
    static let shared = Result { () throws(YAMLError.Reason) in try YAMLLibrary() }

    /// Loads the first of the libraries that is there.
    /// - Throws: `YAMLError.Reason.library`.
    init(fileNames: [String] = fileNames) throws(YAMLError.Reason) {
        guard let library = fileNames.lazy.compactMap({ dlopen($0, RTLD_NOW) }).first else {
            throw .library("YAML needs libyaml, and none is installed (\(fileNames.joined(separator: ", ")))")
        }
        func function<Function>(_ name: String, _ type: Function.Type) throws(YAMLError.Reason) -> Function {
            guard let symbol = dlsym(library, name) else { throw .library("libyaml has no \(name)") }
            return unsafeBitCast(symbol, to: type)
        }
        initialize = try function("yaml_parser_initialize", CYAML_parser_initialize.self)
        setInput = try function("yaml_parser_set_input_string", CYAML_parser_set_input_string.self)
        parse = try function("yaml_parser_parse", CYAML_parser_parse.self)
        deleteParser = try function("yaml_parser_delete", CYAML_parser_delete.self)
        deleteEvent = try function("yaml_event_delete", CYAML_event_delete.self)
    }
}
