import ByteIO
import CheckpointIO
import TensorCore

extension RuleFile {
    /// Reads the rule file at `path` and checks it.
    /// - Throws: `RuleErrors` with everything that is wrong with it, in the order of its lines; `IOError` if it cannot be
    ///   read. Bytes that are not UTF-8 are errors of their lines.
    public static func open(_ path: String) throws -> RuleFile {
        try parse(String(decoding: try MappedFile(path: path).bytes, as: UTF8.self), name: path)
    }

    /// Decides what becomes of each tensor. No tensor is read.
    /// - Parameters:
    ///   - stateDict: what is converted.
    ///   - direction: `.reverse` reads the rules from right to left.
    ///   - settings: values of the file's parameters, by name; those not given are deduced.
    ///   - model: the state dict that the result must equal, key for key and shape for shape; nil compares with none. The
    ///     models that the file itself names are known to the command-line tools only.
    /// - Returns: a plan whose `findings` say what is wrong; it can be carried out if `isExecutable`.
    public func plan(
        for stateDict: StateDict, direction: Direction = .forward, settings: [String: String] = [:],
        model: [TensorSignature]? = nil
    ) -> ConversionPlan {
        plan(
            PlanRequest(
                tensors: stateDict.tensors.map(\.signature), direction: direction, settings: settings,
                model: model.map { PlanRequest.Model(name: "the model", tensors: $0, isOfResult: true) }))
    }
}
