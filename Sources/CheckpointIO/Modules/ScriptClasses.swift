import ByteIO

/// What the code of a TorchScript archive says of its modules' classes: which of their attributes are parameters
/// and which are buffers. Nothing of it is run.
///
/// A class begins with lines such as these:
/// ```
/// class Linear(Module):
///   __parameters__ = ["weight", "bias", ]
///   __buffers__ = []
///   weight : Tensor
/// ```
struct ScriptClasses: Sendable {
    struct Declaration: Sendable, Equatable {
        var parameters: [String] = []
        /// Nil where the code has no such line: PyTorch wrote none before 1.5.
        var buffers: [String]?
    }

    /// By the module, such as `__torch__.torch.nn.modules.linear`, and the name in it.
    private var declarations: [String: [String: Declaration]] = [:]

    /// - Parameter name: qualified, such as `__torch__.torch.nn.modules.linear.Linear`.
    subscript(name: String) -> Declaration? {
        guard let dot = name.lastIndex(of: ".") else { return nil }
        return declarations[String(name[..<dot])]?[String(name[name.index(after: dot)...])]
    }

    init(_ records: TorchRecords) throws(CheckpointError) {
        let folder = records.prefix + "code/"
        for name in records.zip.entries.map(\.name) where name.hasPrefix(folder) && name.hasSuffix(".py") {
            guard let code = try records.record(String(name.dropFirst(records.prefix.count))) else { continue }
            let module = name.dropFirst(folder.count).dropLast(".py".count).split(separator: "/").joined(separator: ".")
            declarations[module] = Self.classes(of: code)
        }
    }

    private static func classes(of code: Bytes) -> [String: Declaration] {
        var declarations: [String: Declaration] = [:]
        var name: String?
        for line in code.split(separator: UInt8(ascii: "\n")) {
            if let className = text(of: line, after: "class ", before: "(Module):") {
                name = className
                declarations[className] = Declaration()
            } else if line.first != UInt8(ascii: " ") {
                name = nil
            } else if let name {
                if let list = text(of: line, after: "  __parameters__ = [", before: "]") {
                    declarations[name]?.parameters = strings(list)
                } else if let list = text(of: line, after: "  __buffers__ = [", before: "]") {
                    declarations[name]?.buffers = strings(list)
                }
            }
        }
        return declarations
    }

    private static func text(of line: Slice<Bytes>, after start: String, before end: String) -> String? {
        guard line.count >= start.utf8.count + end.utf8.count, line.starts(with: start.utf8),
            line.suffix(end.utf8.count).elementsEqual(end.utf8)
        else { return nil }
        return String(decoding: line.dropFirst(start.utf8.count).dropLast(end.utf8.count), as: UTF8.self)
    }

    /// The items of `"weight", "bias", `.
    private static func strings(_ list: String) -> [String] {
        list.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
    }
}
