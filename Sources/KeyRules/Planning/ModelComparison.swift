import TensorCore

/// How tensors differ from the state dict of a model.
struct ModelComparison {
    struct Item {
        let key: Key
        let dtype: DType
        let shape: [Int]
        let rule: RuleLocation
    }

    struct Mismatch {
        let item: Item
        let expected: TensorSignature
    }

    /// In the order of the model; an optional group that is absent as a whole is not missing.
    private(set) var missing: [Key] = []
    private(set) var unexpected: [Item] = []
    /// Different shape, or a dtype of another kind.
    private(set) var mismatched: [Mismatch] = []
    /// Both floating-point, of different width.
    private(set) var otherPrecision: [Mismatch] = []
    /// Those that the model computes itself and the tensors lack, in the order of the model.
    private(set) var computed: [Key] = []
    private(set) var groups: [ConversionPlan.OptionalGroup] = []

    var faults: Int { missing.count + unexpected.count + mismatched.count }

    /// - Parameter lacking: sides whose keys may be absent like an optional group, but need no mention.
    init(
        _ items: [Item], _ model: [TensorSignature], optional: [BoundModel.OptionalSide],
        _ lacking: [BoundModel.OptionalSide], computedKeys: Set<Key> = []
    ) {
        var expected: [Key: TensorSignature] = [:]
        expected.reserveCapacity(model.count)
        for tensor in model { expected[tensor.key] = tensor }
        var present: Set<Key> = []
        present.reserveCapacity(items.count)
        for item in items {
            guard let wanted = expected[item.key] else {
                unexpected.append(item)
                continue
            }
            present.insert(item.key)
            if item.shape != wanted.shape {
                mismatched.append(Mismatch(item: item, expected: wanted))
            } else if item.dtype != wanted.dtype {
                let isPrecision = item.dtype.isFloatingPoint && wanted.dtype.isFloatingPoint
                let mismatch = Mismatch(item: item, expected: wanted)
                if isPrecision { otherPrecision.append(mismatch) } else { mismatched.append(mismatch) }
            }
        }
        guard present.count < expected.count || !optional.isEmpty else { return }
        missing = model.map(\.key).filter { !present.contains($0) }
        if !computedKeys.isEmpty {
            computed = missing.filter { computedKeys.contains($0) }
            missing.removeAll { computedKeys.contains($0) }
        }
        for side in lacking { excuse(side, model, present) }
        for side in optional {
            let absent = excuse(side, model, present)
            let members = model.filter { side.matches($0.key) }
            guard !members.isEmpty else { continue }
            let state: ConversionPlan.OptionalGroup.State =
                absent.isEmpty ? .present : absent.count == members.count ? .absent : .partial
            groups.append(ConversionPlan.OptionalGroup(pattern: side.side.text, state: state, missing: absent))
        }
    }

    /// Takes a group that is missing as a whole from what is missing.
    /// - Returns: its keys that are not present.
    @discardableResult
    private mutating func excuse(
        _ side: BoundModel.OptionalSide, _ model: [TensorSignature], _ present: Set<Key>
    ) -> [Key] {
        let members = model.map(\.key).filter { side.matches($0) }
        let absent = members.filter { !present.contains($0) }
        if !absent.isEmpty, absent.count == members.count {
            let excused = Set(absent)
            missing.removeAll { excused.contains($0) }
        }
        return absent
    }
}
