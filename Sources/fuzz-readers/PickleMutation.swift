import Pickle
import PickleScan

/// Changes a pickle instruction by instruction, so that more of what is made is still a pickle.
struct PickleMutation {
    private var instructions: [[UInt8]]
    private var numbers: FuzzNumbers

    /// - Parameters:
    ///   - bytes: a pickle, or several with anything after them.
    ///   - seed: chooses the change.
    init(_ bytes: [UInt8], seed: UInt32) {
        instructions = PickleOpcode.instructions(of: bytes)
        numbers = FuzzNumbers(seed: seed)
    }

    /// The pickle with one to four changes.
    /// - Parameter mutate: libFuzzer's own change of a text or a number.
    mutating func changed(_ mutate: ([UInt8]) -> [UInt8]) -> [UInt8] {
        for _ in 0...numbers.next(below: 4) { change(mutate) }
        return instructions.flatMap { $0 }
    }

    private mutating func change(_ mutate: ([UInt8]) -> [UInt8]) {
        guard !instructions.isEmpty else { return }
        let place = numbers.next(below: instructions.count)
        let other = numbers.next(below: instructions.count)
        let few = 1 + numbers.next(below: 6)
        switch numbers.next(below: 8) {
        case 0: instructions.removeSubrange(place..<min(place + few, instructions.count))
        case 1: instructions.insert(contentsOf: instructions[other..<min(other + few, instructions.count)], at: place)
        case 2: instructions.swapAt(place, other)
        case 3: instructions[place] = instructions[other]
        case 4: instructions[place] = Self.hostile[numbers.next(below: Self.hostile.count)]
        case 5: instructions.insert(Self.hostile[numbers.next(below: Self.hostile.count)], at: place)
        default: instructions[place] = argumentChanged(instructions[place], mutate)
        }
    }

    /// The instruction with another argument, whose length is set right.
    private func argumentChanged(_ instruction: [UInt8], _ mutate: ([UInt8]) -> [UInt8]) -> [UInt8] {
        guard let opcode = PickleOpcode(rawValue: instruction[0]) else { return mutate(instruction) }
        switch opcode.operand {
        case .bytes(let count):
            var argument = Array(mutate(Array(instruction.dropFirst())).prefix(count))
            argument += [UInt8](repeating: 0, count: count - argument.count)
            return [instruction[0]] + argument
        case .counted(let width):
            let argument = mutate(Array(instruction.dropFirst(1 + width))).prefix(width == 1 ? 255 : 1 << 16)
            return [instruction[0]] + (0..<width).map { UInt8(truncatingIfNeeded: argument.count >> (8 * $0)) }
                + argument
        case .lines(let count):
            let argument = mutate(Array(instruction.dropFirst())).filter { $0 != UInt8(ascii: "\n") }
            return [instruction[0]] + argument + [UInt8](repeating: UInt8(ascii: "\n"), count: count)
        case .none: return instruction
        }
    }

    /// What no writer of pickles writes in most places.
    private static let hostile: [[UInt8]] = [
        Array("N".utf8), Array("(".utf8), Array(".".utf8), Array("0".utf8), Array("1".utf8), Array("2".utf8),
        Array("R".utf8), Array("b".utf8), Array("s".utf8), Array("u".utf8), Array("a".utf8), Array("e".utf8),
        Array("t".utf8), Array("d".utf8), Array("l".utf8), Array("o".utf8), Array("Q".utf8), Array("]".utf8),
        Array("}".utf8), Array(")".utf8), [0x81], [0x85], [0x86], [0x87], [0x88], [0x89], [0x8F], [0x90], [0x91],
        [0x92],
        [0x93], [0x94], [0x97], [0x98], [0x8C, 0], Array("X".utf8) + [0, 0, 0, 0], Array("C".utf8) + [0],
        Array("K".utf8) + [0], Array("K".utf8) + [0xFF], Array("J".utf8) + [0xFF, 0xFF, 0xFF, 0xFF],
        Array("J".utf8) + [0xFF, 0xFF, 0xFF, 0x7F], Array("J".utf8) + [0, 0, 0, 0x80],
        [0x8A, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x8A, 8, 0, 0, 0, 0, 0, 0, 0, 0x80],
        [0x8A, 9, 0, 0, 0, 0, 0, 0, 0, 0x80, 0], [0x8A, 0], [0x8A, 5, 0, 0, 0, 0, 1],
        Array("G".utf8) + [0x7F, 0xF8, 0, 0, 0, 0, 0, 0],
        Array("G".utf8) + [0x7F, 0xEF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8), Array("ctorch._utils\n_rebuild_qtensor\n".utf8),
        Array("ctorch._utils\n_rebuild_sparse_tensor\n".utf8), Array("ctorch._tensor\n_rebuild_from_type_v2\n".utf8),
        Array("ctorch._utils\n_rebuild_wrapper_subclass\n".utf8), Array("ctorch\nSize\n".utf8),
        Array("cnumpy.core.multiarray\n_reconstruct\n".utf8), Array("cnumpy.core.multiarray\nscalar\n".utf8),
        Array("cnumpy\ndtype\n".utf8), Array("c_codecs\nencode\n".utf8), Array("ccollections\nOrderedDict\n".utf8),
        Array("cbuiltins\nslice\n".utf8), Array("ctorch\nFloatStorage\n".utf8), Array("ctorch\nQInt8Storage\n".utf8),
        Array("cbuiltins\ngetattr\n".utf8), Array("cos\nsystem\n".utf8),
    ]
}

/// A linear congruential generator.
struct FuzzNumbers {
    private var state: UInt64

    init(seed: UInt32) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
