import CheckpointIO
import TensorCore
import TensorOperations

/// The adapters among the tensors of a state dict, by the names that PEFT, kohya's scripts and LyCORIS give them: small
/// tensors that change the weights beside them when the network runs.
package struct AdapterSurvey: Sendable {
    enum Kind: String, CaseIterable {
        case lora = "LoRA"
        case dora = "DoRA"
        case adaLoRA = "AdaLoRA"
        case ia3 = "IA3"
        case loHa = "LoHa"
        case loKr = "LoKr"
        case vera = "VeRA"
        case oft = "OFT"
        case boft = "BOFT"
        case fourier = "FourierFT"
        case prompt = "prompt tuning"
        case copies = "trained copies (modules_to_save)"
    }

    /// The adapters of one kind.
    struct Group: Equatable {
        let kind: Kind
        /// What precedes the adapter's own name in the keys, each once.
        var layers: [String] = []
        /// PEFT's names of adapters, `default` as a rule; empty in a file of one adapter alone.
        var names: [String] = []

        /// `LoRA 'default' in 4 layers`
        var text: String {
            let named = names.isEmpty ? "" : " " + names.map { "'\($0)'" }.joined(separator: ", ")
            let place = kind == .prompt ? "" : " in \(countText(layers.count, "layer"))"
            return kind.rawValue + named + place
        }
    }

    /// The groups, in the order of the file.
    private(set) var groups: [Group] = []
    private let keys: Set<Key>

    /// - Parameter keys: those of the state dict.
    package init(_ keys: [Key]) {
        let found = keys.compactMap { Self.adapter($0.text) }
        self.keys = found.isEmpty ? [] : Set(keys)
        // What belongs to LoRA may be more: DoRA's magnitudes, AdaLoRA's singular values.
        var kinds: [String: Kind] = [:]
        for adapter in found where adapter.kind != .lora { kinds[adapter.layer] = adapter.kind }
        var seen: Set<String> = []
        var named: [Kind: Set<String>] = [:]
        for adapter in found {
            let kind = adapter.kind == .lora ? kinds[adapter.layer] ?? .lora : adapter.kind
            if !groups.contains(where: { $0.kind == kind }) { groups.append(Group(kind: kind)) }
            guard let index = groups.firstIndex(where: { $0.kind == kind }) else { continue }
            if seen.insert(adapter.layer).inserted { groups[index].layers.append(adapter.layer) }
            if let name = adapter.name, named[kind, default: []].insert(name).inserted {
                groups[index].names.append(name)
            }
        }
    }

    /// The words in keys by which adapters are told. Source: `peft/tuners/*/layer.py` of PEFT 0.21, `networks/lora.py` of
    /// kohya's sd-scripts, `lycoris/modules` of LyCORIS 3.
    private static let words: [String: Kind] = {
        let kinds: [(Kind, [String])] = [
            (.lora, ["lora_A", "lora_B", "lora_down", "lora_up", "lora_embedding_A", "lora_embedding_B"]),
            (.dora, ["lora_magnitude_vector", "dora_scale"]), (.adaLoRA, ["lora_E"]), (.ia3, ["ia3_l"]),
            (.loHa, ["hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b", "hada_t1", "hada_t2"]),
            (.loKr, ["lokr_w1", "lokr_w2", "lokr_w1_a", "lokr_w1_b", "lokr_w2_a", "lokr_w2_b", "lokr_t2"]),
            (.vera, ["vera_lambda_b", "vera_lambda_d"]), (.oft, ["oft_R", "oft_r"]),
            (.boft, ["boft_R", "boft_s"]), (.fourier, ["fourierft_spectrum"]), (.prompt, ["prompt_encoder"]),
            (.copies, ["modules_to_save"]),
        ]
        return Dictionary(uniqueKeysWithValues: kinds.flatMap { kind, words in words.map { ($0, kind) } })
    }()

    /// What a key says of an adapter: `base_model.model.fc.lora_A.default.weight` that LoRA `default` is in
    /// `base_model.model.fc`. Nil for others, and for the layers of MMPreTrain's LoRAModel, which has rules of its own.
    private static func adapter(_ key: String) -> (layer: String, kind: Kind, name: String?)? {
        guard key.utf8.contains(UInt8(ascii: "_")), !key.utf8.starts(with: "backbone.module.".utf8) else { return nil }
        // By bytes: for 100,000 keys without adapters that takes half the time.
        let parts = key.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Substring($0) }
        for (index, part) in parts.enumerated() where part.utf8.contains(UInt8(ascii: "_")) {
            guard let kind = words[String(part)] else { continue }
            let isPrompt = kind == .prompt
            // Segment Anything has a `prompt_encoder` too. PEFT's contains an `embedding` per adapter.
            if isPrompt, parts.dropFirst(index + 2).first != "embedding" { continue }
            let rest = parts[(index + 1)...].filter { $0 != "weight" && $0 != "bias" }
            let isNamedFirst = isPrompt || kind == .copies
            let name = isNamedFirst ? parts.dropFirst(index + 1).first : rest.count == 1 ? rest.first : nil
            return (parts[..<index].joined(separator: "."), kind, name.map(String.init))
        }
        return nil
    }

    /// One sentence; none without adapters.
    /// - Parameter path: the file.
    package func notes(_ path: String) -> [String] {
        guard let first = groups.first else { return [] }
        let what = groups.map(\.text).joined(separator: ", ")
        let text =
            isWhole
            ? "a PEFT model: \(what), not merged with the weights beside" : "an adapter without its network: \(what)"
        return ["\(path): \(text). \(advice(first, AdapterConfig(beside: path)))"]
    }

    /// What is wrong with the scales by which rules merge LoRA of a file.
    /// - Parameters:
    ///   - path: the adapter's file.
    ///   - scales: those of the rules.
    package func objections(_ path: String, to scales: Set<LowRankScale>) -> [String] {
        guard groups.contains(where: { $0.kind == .lora }), let config = AdapterConfig(beside: path)
        else { return [] }
        return Set(scales.compactMap(config.objection(to:))).sorted().map { "\(path): \($0)" }
    }

    /// A sentence on what a conversion leaves; none where nothing is left.
    /// - Parameter path: the file that is converted.
    package func leftovers(_ path: String) -> [String] {
        guard !groups.isEmpty else { return [] }
        return ["\(path): the result still has \(groups.map(\.text).joined(separator: ", ")), which no rule merged"]
    }

    // MARK: Advice

    /// Whether the network's own weights are there.
    private var isWhole: Bool {
        groups.contains { group in
            group.kind == .copies ? keys.contains { $0.text.contains(".original_module.") } : hasBase(group)
        }
    }

    private func hasBase(_ group: Group) -> Bool {
        group.kind == .prompt
            ? keys.contains { !$0.text.hasPrefix("prompt_encoder.") }
            : group.layers.contains { keys.contains(Key($0 + ".base_layer.weight")) }
    }

    private func advice(_ first: Group, _ config: AdapterConfig?) -> String {
        let result = "save what merge_and_unload() of the PEFT model gives"
        let unmergeable = "Rules cannot merge \(first.kind == .lora ? "all of it" : first.kind.rawValue): \(result)"
        if first.kind == .lora, let obstacle = config?.obstacle {
            return "Rules cannot merge it, since \(obstacle): \(result)"
        }
        let scale = config?.scale ?? "ALPHA/rank"
        let alpha =
            config == nil
            ? "with ALPHA/sqrt(rank) where use_rslora is set, and lora_alpha for ALPHA"
            : "as \(AdapterConfig.name) says"
        guard groups.count == 1 else {
            return "Save what merge_and_unload() of the PEFT model gives, or write a line of rules for each"
        }
        let name = first.names.first.map { "." + $0 } ?? ""
        // PeftModel puts it before every key; a network that adapters were injected into has its own keys.
        let usual = "base_model.model."
        let prefix = first.layers.allSatisfy { $0.hasPrefix(usual) } ? usual : ""
        switch first.kind {
        case .lora
        where isWhole && first.names.count == 1 && hasAll(first, ["lora_A\(name).weight"]) && !hasBias(first):
            let line =
                "\(prefix){k..}.base_layer.weight, \(prefix){k..}.lora_A\(name).weight, "
                + "\(prefix){k..}.lora_B\(name).weight -> {k..}.weight : lora \(scale)"
            return "A rule merges it, \(alpha): \(line)"
        case .ia3 where isWhole && first.names.count == 1 && !hasBaseBias(first):
            let line = "\(prefix){k..}.base_layer.weight, \(prefix){k..}.ia3_l\(name) -> {k..}.weight : multiply"
            return "A rule merges it: \(line)"
        case .lora where !isWhole && !prefix.isEmpty && hasAll(first, ["lora_A.weight", "lora_B.weight"]):
            let line =
                "base:{k..}.weight, lora:\(prefix){k..}.lora_A.weight, lora:\(prefix){k..}.lora_B.weight "
                + "-> {k..}.weight : lora \(scale)"
            return "A rule merges it into base=NETWORK, \(alpha): \(line)"
        case .lora where !isWhole && hasAll(first, ["lora_A.weight", "lora_B.weight"]):
            return "Rules merge it into base=NETWORK with 'lora \(scale)', \(alpha)"
        case .lora where !isWhole && hasAll(first, ["lora_down.weight", "lora_up.weight"]):
            return "Rules merge it into base=NETWORK, with 'lora alpha/rank'"
        case .prompt: return "Its virtual tokens belong to no weight, so that nothing merges them"
        default: return unmergeable
        }
    }

    private func hasAll(_ group: Group, _ names: [String]) -> Bool {
        group.layers.allSatisfy { layer in names.allSatisfy { keys.contains(Key("\(layer).\($0)")) } }
    }

    /// LoRA's own bias, which is added to that of the layer.
    private func hasBias(_ group: Group) -> Bool {
        group.layers.contains { layer in group.names.contains { keys.contains(Key("\(layer).lora_B.\($0).bias")) } }
    }

    /// IA3 scales the bias of a layer, too.
    private func hasBaseBias(_ group: Group) -> Bool {
        group.layers.contains { keys.contains(Key($0 + ".base_layer.bias")) }
    }
}
