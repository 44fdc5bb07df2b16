import CheckpointIO
import KeyRules
import PlatformC
import TensorCore

/// What to convert, and how.
package struct ConversionOptions: Sendable {
    /// A checkpoint to read, under the name that rules call it by where there are several.
    package struct Input: Sendable, Equatable {
        package var name: String?
        package var path: String

        package init(name: String? = nil, path: String) {
            self.name = name
            self.path = path
        }

        /// `base=model.pth` is the input `base` where the rules read one of that name. A word that is the path of a file
        /// is that file, whatever it looks like: Lightning calls its files `epoch=3-step=1000.ckpt`.
        /// - Parameter names: of the inputs that the rules read.
        package init(word: String, names: [String] = []) {
            if access(word, F_OK) != 0, let equals = word.firstIndex(of: "="),
                names.contains(String(word[..<equals]))
            {
                self.init(name: String(word[..<equals]), path: String(word[word.index(after: equals)...]))
            } else {
                self.init(path: word)
            }
        }
    }

    package var inputs: [Input]
    package var direction = Direction.forward
    /// Parameter → value.
    package var settings: [String: String] = [:]
    /// Which tensors of the inputs are meant, and under which keys any rules see them.
    package var selection = StateDictSelection()
    /// What floating-point tensors are cast to; nil leaves them as they are.
    package var dtype: DType?
    /// Whether numbers that a cast finds too large become infinite; else they are an error.
    package var allowsOverflow = false
    package var allowUnmatched: [Glob] = []
    /// What to check against, in place of the model that the rules declare.
    package var model: ModelReference?
    /// What is written; nil leaves that to the path's extension.
    package var format: OutputFormat?
    /// How many bytes of tensors a file takes before the next is begun; nil for one file.
    package var maxShardSize: Int?
    /// Whether bytes that no tensor sees are left out.
    package var isCompact = false
    /// Whether records are copied without being compared with their checksums.
    package var trustsChecksums = false
    /// Whether an output that exists already is left alone, which is an error then.
    package var keepsExisting = false

    package init(inputs: [Input]) { self.inputs = inputs }

    /// How the file at `path` is written.
    /// - Parameter input: the format of what is converted, which a stream keeps if it is one that is written.
    func output(_ path: String, from input: Checkpoint.Format) throws(WorkbenchError) -> OutputOptions {
        let isStream = path == OutputFormat.streamPath
        if isStream, maxShardSize != nil {
            throw .unsupportedOutput(
                path: path, reason: "standard output takes one file: --max-shard-size needs a name")
        }
        let written: OutputFormat
        if let format {
            written = format
        } else if isStream {
            written = input == .safetensors ? .safetensors : .torchZip
        } else {
            written = try OutputFormat(path: path)
        }
        return OutputOptions(
            written, maxShardSize: maxShardSize, isCompact: isCompact,
            trustsChecksums: trustsChecksums, keepsExisting: keepsExisting)
    }

    /// The inputs in the order of the plan: the carrier first. It is the one without a name or, where all have one,
    /// `base`, else the first.
    /// - Parameter known: the names of the inputs that the rules read.
    /// - Throws: `WorkbenchError.ambiguousInputs` for two without a name or of one name.
    func orderedInputs(_ known: [String] = []) throws(WorkbenchError) -> [Input] {
        if let name = misspelledName { throw .ambiguousInputs(misspelled(name)) }
        if !known.isEmpty, let word = strangeWord { throw .ambiguousInputs(unknown(word, known)) }
        var names: Set<String> = []
        for input in inputs {
            guard names.insert(input.name ?? "").inserted else {
                throw .ambiguousInputs(
                    input.name.map { "two inputs are named '\($0)'" } ?? unnamed(known))
            }
        }
        guard
            let carrier = inputs.firstIndex(where: { $0.name == nil })
                ?? inputs.firstIndex(where: { $0.name == "base" })
        else { return inputs }
        return [inputs[carrier]] + inputs[..<carrier] + inputs[(carrier + 1)...]
    }

    /// A word that looks like an input with a name and is not a file.
    private var strangeWord: String? {
        inputs.first { $0.name == nil && $0.path.dropFirst().contains("=") && access($0.path, F_OK) != 0 }?.path
    }

    /// The name before a file that exists, if no rule can have it: `my-base=model.pth`.
    private var misspelledName: Substring? {
        for input in inputs where input.name == nil && access(input.path, F_OK) != 0 {
            guard let equals = input.path.firstIndex(of: "="), !RuleFile.isInputName(input.path[..<equals]),
                access(String(input.path[input.path.index(after: equals)...]), F_OK) == 0
            else { continue }
            return input.path[..<equals]
        }
        return nil
    }

    private func misspelled(_ name: Substring) -> String {
        "'\(name)' cannot name an input: rules call inputs by letters, digits and _, as in my_base:{k..}"
    }

    private func unknown(_ word: String, _ known: [String]) -> String {
        "no line reads an input '\(word.prefix { $0 != "=" })', and '\(word)' is not a file; the rules read "
            + known.joined(separator: ", ")
    }

    /// What is wrong with two inputs that have no name.
    private func unnamed(_ known: [String]) -> String {
        "of several inputs one may be without a name, the others are given as name=FILE"
            + (known.isEmpty ? "" : "; the rules read \(known.joined(separator: ", "))")
    }

    /// The path of the only input.
    /// - Parameter reader: what reads no more than one, for the error.
    func singleInput(of reader: String) throws(WorkbenchError) -> String {
        guard let input = inputs.first, inputs.count == 1, input.name == nil else {
            throw .namedInputs(reader: reader)
        }
        return input.path
    }
}
