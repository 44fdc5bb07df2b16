import TensorCore

/// A layer of a network as the keys show it: the tensors that differ in the last segment of their keys only, if that
/// names a parameter of a layer; else one tensor.
struct ModuleOutline {
    /// What a tensor is to its layer, whatever the framework calls it.
    enum Role: Int {
        case weight, bias, runningMean, runningVariance, batchCount
        /// Something of its own, such as a class token.
        case other
    }

    struct Parameter {
        let role: Role
        /// Position in the list of tensors.
        let tensor: Int
        /// The shape in PyTorch: a kernel of TensorFlow's has its axes in PyTorch's order.
        let shape: [Int]
        /// The axes that are not of length 1. A scalar is like nothing else: no layout adds the first axis.
        var core: [Int] { shape.isEmpty ? [-1] : shape.filter { $0 != 1 } }
    }

    /// The key up to the parameter's name, with the separator.
    let prefix: String
    /// What stands after the parameter's name: TensorFlow's averages have a segment there.
    let suffix: String
    /// The numbers of the prefix, first to last; that of a norm is a name.
    var numbers: [Int] {
        named.split(whereSeparator: { !($0.isASCII && $0.isNumber) }).map { Int($0) ?? Int.max }
    }
    fileprivate(set) var parameters: [Parameter] = []
    /// Position among the modules, 0…1; nil where the order of the list says nothing.
    fileprivate(set) var rank: Float?
    /// The module before it in the list, where that order says something.
    fileprivate(set) var previous: Int?

    /// The prefix with "#" for each number, except that of a norm: `norm1` is a name.
    var template: String {
        var text = ""
        for character in named {
            if !(character.isASCII && character.isNumber) {
                text.append(character)
            } else if text.last != "#" {
                text.append("#")
            }
        }
        return text + suffix
    }

    /// What the template says, in lower case. The norms of a transformer's block are called alike: `norm1`, `ln_1` and
    /// `layernorm_before` are a first norm.
    var words: [String] {
        template.lowercased().split(whereSeparator: Self.isSeparator).flatMap { segment -> [String] in
            let plain = segment.filter { $0 != "_" }
            for (name, place) in [("α", "first"), ("β", "second")] {
                if plain.hasSuffix(name), Self.norms.contains(String(plain.dropLast())) { return ["norm", place] }
            }
            switch plain {
            case "layernormbefore", "beforenorm", "inputlayernorm": return ["norm", "first"]
            case "layernormafter", "afternorm", "postattentionlayernorm": return ["norm", "second"]
            case _ where Self.norms.contains(String(plain)): return ["norm"]
            default:
                return segment.split(whereSeparator: { "_#".contains($0) }).map {
                    Self.abbreviations[String($0)] ?? String($0)
                }
            }
        }
    }

    /// Words that some libraries write whole and others shorten.
    private static let abbreviations: [String: String] = [
        "position": "pos", "positional": "pos", "embedding": "embed", "embeddings": "embed", "convolution": "conv",
        "projection": "proj", "attention": "attn", "class": "cls", "normalization": "norm", "layers": "layer",
        "blocks": "block", "stages": "stage",
    ]

    private static let norms: Set<String> = ["norm", "ln", "layernorm"]

    /// The prefix, in which the norms of a transformer's block have letters for numbers.
    private var named: String {
        let isBatchNorm = parameters.contains { $0.role == .runningMean }
        return isBatchNorm ? prefix : Self.withoutNormNumbers(prefix)
    }

    /// The number of a norm as a letter, α for 1 and β for 2.
    private static func withoutNormNumbers(_ prefix: String) -> String {
        guard prefix.contains("1") || prefix.contains("2") else { return prefix }
        var text = ""
        for segment in prefix.split(omittingEmptySubsequences: false, whereSeparator: isSeparator) {
            let stem = segment.dropLast().filter { $0 != "_" }
            let isNorm = norms.contains(String(stem))
            let letter = segment.last == "1" ? "α" : segment.last == "2" ? "β" : nil
            text += isNorm ? letter.map { "\(stem)\($0)" } ?? String(segment) : String(segment)
            if segment.endIndex < prefix.endIndex { text.append(prefix[segment.endIndex]) }
        }
        return text
    }

    /// The prefix without its last segment.
    var parent: Substring {
        let inside = prefix.dropLast()
        return inside.lastIndex(where: Self.isSeparator).map { prefix[...$0] } ?? ""
    }

    private static func isSeparator(_ character: Character) -> Bool { character == "." || character == "/" }

    private static let roles: [String: Role] = [
        "weight": .weight, "kernel": .weight, "gamma": .weight, "scale": .weight, "w": .weight,
        "depthwise_kernel": .weight, "bias": .bias, "beta": .bias, "b": .bias, "running_mean": .runningMean,
        "moving_mean": .runningMean, "mean": .runningMean, "running_var": .runningVariance,
        "moving_variance": .runningVariance, "var": .runningVariance, "num_batches_tracked": .batchCount,
    ]

    private init(prefix: String, suffix: String) {
        self.prefix = prefix
        self.suffix = suffix
    }

    /// The modules of a list of tensors, in the order of their first ones. Where a checkpoint holds variables raw and
    /// averaged, they are those of the averages, of which the published accuracies are.
    /// - Parameter separately: every tensor by itself.
    static func modules(
        of tensors: [TensorSignature], at positions: some Sequence<Int>, separately: Bool = false
    ) -> [ModuleOutline] {
        var modules: [ModuleOutline] = []
        var places: [String: Int] = [:]
        for position in positions {
            let tensor = tensors[position]
            let name = Name(tensor.key.text, roles: roles)
            let parameter = Parameter(
                role: name.role, tensor: position,
                shape: KernelLayout(leaf: name.leaf, rank: tensor.shape.count)?.shape(of: tensor.shape) ?? tensor.shape)
            guard !separately, name.role != .other else {
                var module = ModuleOutline(prefix: tensor.key.text, suffix: "")
                module.parameters = [parameter]
                modules.append(module)
                continue
            }
            let place = places[name.prefix + " " + name.suffix, default: modules.count]
            if place == modules.count {
                places[name.prefix + " " + name.suffix] = place
                modules.append(ModuleOutline(prefix: name.prefix, suffix: name.suffix))
            }
            modules[place].parameters.append(parameter)
        }
        let averaged = Set(modules.filter { !$0.suffix.isEmpty }.map(\.prefix))
        return ordered(modules.filter { !$0.suffix.isEmpty || !averaged.contains($0.prefix) }, tensors)
    }

    /// A list that is sorted says nothing of how the network is built. safetensors sorts by dtype first.
    private static func ordered(_ modules: [ModuleOutline], _ tensors: [TensorSignature]) -> [ModuleOutline] {
        let isSorted = Dictionary(grouping: tensors, by: \.dtype).values.allSatisfy { part in
            let pairs = zip(part, part.dropFirst())
            return pairs.allSatisfy { $0.key <= $1.key } || pairs.allSatisfy { $0.key >= $1.key }
        }
        guard !isSorted else { return modules }
        var modules = modules
        for index in modules.indices {
            modules[index].rank = Float(index) / Float(max(1, modules.count - 1))
            modules[index].previous = index > 0 ? index - 1 : nil
        }
        return modules
    }

    /// A key, taken apart.
    private struct Name {
        let prefix: String
        let leaf: String
        let suffix: String
        let role: Role

        init(_ key: String, roles: [String: Role]) {
            let segments = key.split(omittingEmptySubsequences: false, whereSeparator: isSeparator)
            let last = segments.count - 1
            let place = roles[String(segments[last])] != nil || last == 0 ? last : last - 1
            guard place > 0, let role = roles[String(segments[place])] else {
                (prefix, leaf, suffix, role) = (key, "", "", .other)
                return
            }
            self.role = role
            leaf = String(segments[place])
            prefix = String(key[..<segments[place].startIndex])
            suffix = String(key[segments[place].endIndex...])
        }
    }
}

/// The order of a kernel's axes in TensorFlow and Flax, which PyTorch has otherwise.
struct KernelLayout: Equatable {
    /// The operation that gives PyTorch's order.
    let forward: String
    /// The way back.
    let reverse: String
    private let order: [Int]

    /// Nil for what has the same axes everywhere.
    /// - Parameter leaf: the last segment of the key.
    init?(leaf: String, rank: Int) {
        switch (leaf, rank) {
        case ("kernel", 4): (forward, reverse, order) = ("h w i o -> o i h w", "o i h w -> h w i o", [3, 2, 0, 1])
        case ("kernel", 2): (forward, reverse, order) = ("i o -> o i", "o i -> i o", [1, 0])
        case ("depthwise_kernel", 4):
            (forward, reverse, order) = ("h w c 1 -> c 1 h w", "c 1 h w -> h w c 1", [2, 3, 0, 1])
        default: return nil
        }
    }

    /// What a kernel of this shape has in PyTorch.
    func shape(of shape: [Int]) -> [Int] { order.map { shape[$0] } }

    /// What turns the first tensor into the second; nil if their axes lie alike.
    static func operation(_ source: TensorSignature, _ target: TensorSignature) -> String? {
        let tensors = [source, target]
        let layouts = tensors.map { tensor in
            tensor.key.text.split(whereSeparator: { $0 == "." || $0 == "/" }).lazy.reversed().prefix(2)
                .compactMap { KernelLayout(leaf: String($0), rank: tensor.shape.count) }.first
        }
        let shapes = zip(tensors, layouts).map { $1?.shape(of: $0.shape) ?? $0.shape }
        guard shapes[0] == shapes[1] else {
            let core = shapes[0].filter { $0 != 1 }
            guard core == shapes[1].filter({ $0 != 1 }), core.count < names.count else { return nil }
            return zip(tensors, layouts).map { side($0.shape, $1?.order, names[core.count]) }.joined(separator: " -> ")
        }
        return layouts[0] == layouts[1] ? nil : layouts[0]?.forward ?? layouts[1]?.reverse
    }

    /// One side of a layout that adds or takes away axes of length 1; letters name the other axes, in PyTorch's order.
    private static func side(_ shape: [Int], _ order: [Int]?, _ names: String) -> String {
        var letters = names.makeIterator()
        var side = [String](repeating: "1", count: shape.count)
        for axis in order ?? Array(shape.indices) where shape[axis] != 1 {
            if let letter = letters.next() { side[axis] = String(letter) }
        }
        return side.joined(separator: " ")
    }

    /// Letters for so many axes.
    private static let names = ["", "c", "oi", "ohw", "oihw"]
}
