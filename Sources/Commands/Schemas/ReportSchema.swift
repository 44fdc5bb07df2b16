import JSON

/// The JSON Schema (draft 2020-12) of a report that a tool prints with `--json`.
struct ReportSchema: Sendable {
    /// `ckpt-tree`
    let name: String
    private let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Which command lines print the report.
    var title: String {
        guard let schema = try? bytes.withUnsafeBytes({ try JSONValue(parsing: $0) }),
            case .string(let title)? = schema["title"]
        else { return "" }
        return title
    }

    /// Every schema, in alphabetical order.
    static let all = [
        ReportSchema(name: "ckpt-diff", bytes: PackageResources.ckpt_diff_json),
        ReportSchema(name: "ckpt-scan", bytes: PackageResources.ckpt_scan_json),
        ReportSchema(name: "ckpt-tree", bytes: PackageResources.ckpt_tree_json),
        ReportSchema(name: "ckpt-tree-dump", bytes: PackageResources.ckpt_tree_dump_json),
        ReportSchema(name: "ckpt-tree-duplicates", bytes: PackageResources.ckpt_tree_duplicates_json),
        ReportSchema(name: "ckpt-tree-nonfinite", bytes: PackageResources.ckpt_tree_nonfinite_json),
        ReportSchema(name: "convert", bytes: PackageResources.convert_json),
        ReportSchema(name: "convert-average", bytes: PackageResources.convert_average_json),
        ReportSchema(name: "convert-check", bytes: PackageResources.convert_check_json),
        ReportSchema(name: "convert-list-models", bytes: PackageResources.convert_list_models_json),
        ReportSchema(name: "convert-list-rules", bytes: PackageResources.convert_list_rules_json),
        ReportSchema(name: "convert-to", bytes: PackageResources.convert_to_json),
        ReportSchema(name: "error", bytes: PackageResources.error_json),
        ReportSchema(name: "evaluate", bytes: PackageResources.evaluate_json),
        ReportSchema(name: "get-flops", bytes: PackageResources.get_flops_json),
        ReportSchema(name: "get-flops-models", bytes: PackageResources.get_flops_models_json),
        ReportSchema(name: "metafile-check", bytes: PackageResources.metafile_check_json),
        ReportSchema(name: "metafile-fill", bytes: PackageResources.metafile_fill_json),
        ReportSchema(name: "metafile-index", bytes: PackageResources.metafile_index_json),
        ReportSchema(name: "preprocess", bytes: PackageResources.preprocess_json),
        ReportSchema(name: "print-config", bytes: PackageResources.print_config_json),
        ReportSchema(name: "publish", bytes: PackageResources.publish_json),
        ReportSchema(name: "reparameterize", bytes: PackageResources.reparameterize_json),
        ReportSchema(name: "shape-diff", bytes: PackageResources.shape_diff_json),
        ReportSchema(name: "verify", bytes: PackageResources.verify_json),
        ReportSchema(name: "verify-compare", bytes: PackageResources.verify_compare_json),
        ReportSchema(name: "verify-model", bytes: PackageResources.verify_model_json),
        ReportSchema(name: "verify-suite", bytes: PackageResources.verify_suite_json),
    ]
}
