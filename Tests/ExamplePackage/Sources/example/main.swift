import CheckpointIO
import KeyRules

func inspect(_ path: String) throws {
    let checkpoint = try Checkpoint.open(path)
    print(checkpoint.format.rawValue, checkpoint.tensors.count)
    for tensor in try checkpoint.stateDict().tensors.prefix(3) {
        print(tensor.key, tensor.tensor.dtype, tensor.tensor.shape)
    }
    if let bias = checkpoint["fc.bias"] {
        print(try bias.floats().count, try bias.bytes().count)
    }
}

func convert(_ input: String, by rules: String, to output: String) throws {
    let rules = try RuleFile.open(rules)
    let stateDict = try Checkpoint.open(input).stateDict()
    let plan = rules.plan(for: stateDict)
    for finding in plan.errors { print(finding) }
    try Checkpoint.write(plan.tensors(of: stateDict), to: output)
}

func create(_ path: String) throws {
    let weight = OutputTensor("head.weight", [1, 2, 3, 4, 5, 6], shape: [2, 3])
    let step = OutputTensor("step", dtype: .int64, shape: [], bytes: [7, 0, 0, 0, 0, 0, 0, 0])
    try Checkpoint.write([weight, step], to: path)
}

/// Opens what the others wrote, and shows that an error says where.
func check(_ converted: String, _ created: String) throws {
    let tensors = try Checkpoint.open(converted).tensors
    print(tensors.count, tensors[0].key, tensors[0].tensor.shape)
    let checkpoint = try Checkpoint.open(created)
    print(try checkpoint["head.weight"]?.floats() ?? [], try checkpoint["step"]?.doubles() ?? [])
    do throws(CheckpointError) {
        try Checkpoint.write([OutputTensor("a", [1, 2], shape: [3])], to: created)
    } catch {
        print(error)
    }
    do {
        _ = try RuleFile.parse("rules broken: a -> b\na.{x} -> b\n", name: "broken.rules")
    } catch {
        print(error)
    }
}

guard CommandLine.arguments.count == 4 else { fatalError("usage: example CHECKPOINT RULES FOLDER") }
let folder = CommandLine.arguments[3]
try inspect(CommandLine.arguments[1])
try convert(CommandLine.arguments[1], by: CommandLine.arguments[2], to: folder + "/converted.safetensors")
try create(folder + "/created.pth")
try check(folder + "/converted.safetensors", folder + "/created.pth")
