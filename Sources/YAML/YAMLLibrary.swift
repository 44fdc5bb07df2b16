import CYAML
import SystemLibrary

/// The functions of libyaml that parse.
///
/// Not checked: Swift does not know that the functions may be called from any thread.
struct YAMLLibrary: @unchecked Sendable {
    let initialize: CYAML_parser_initialize
    let setInput: CYAML_parser_set_input_string
    let parse: CYAML_parser_parse
    let deleteParser: CYAML_parser_delete
    let deleteEvent: CYAML_event_delete

    static let shared = Result { () throws(SystemLibraryError) in try YAMLLibrary() }.mapError(YAMLError.Reason.library)

    private init() throws(SystemLibraryError) {
        let library = try SystemLibrary(
            "libyaml", for: "YAML", package: "libyaml-0-2",
            files: SystemLibrary.files(linux: ["libyaml-0.so.2"], homebrew: "libyaml/lib/libyaml-0.2.dylib"))
        initialize = try library.function("yaml_parser_initialize")
        setInput = try library.function("yaml_parser_set_input_string")
        parse = try library.function("yaml_parser_parse")
        deleteParser = try library.function("yaml_parser_delete")
        deleteEvent = try library.function("yaml_event_delete")
    }
}
