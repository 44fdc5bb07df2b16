/// The rank in the name of one of the files that ranks write.
struct RankName {
    let rank: Int
    /// The rank among those that divide the model itself.
    var modelParallel = 0
    /// How many ranks there are, where the name says it.
    var worldSize: Int?
    /// What precedes and follows the number; the files of one checkpoint have both in common.
    var stem = ""
    var suffix = ""

    /// `bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt`, `zero_pp_rank_0_mp_rank_00_model_states.pt`,
    /// `mp_rank_00_model_states.pt`
    init?(deepSpeed name: String) {
        guard let model = Self.number(behind: "mp_rank_", in: name) else { return nil }
        rank = Self.number(behind: "zero_pp_rank_", in: name) ?? 0
        modelParallel = model
    }

    /// `model_world_size_2_rank_0.pt`, `shard-rank1.pth`: the last number after `rank`.
    init?(_ name: String) {
        let marker = Array("rank".utf8)
        let bytes = Array(name.utf8)
        guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > marker.count else { return nil }
        var start: Int?
        for index in 0...(dot - marker.count) where bytes[index..<index + marker.count].elementsEqual(marker) {
            start = index
        }
        guard let start else { return nil }
        var digits = start + marker.count
        if digits < dot, [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(bytes[digits]) {
            digits += 1
        }
        let end = bytes[digits...].firstIndex { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? dot
        guard end > digits, end - digits < 9, let rank = Int(String(decoding: bytes[digits..<end], as: UTF8.self))
        else {
            return nil
        }
        self.rank = rank
        stem = String(decoding: bytes[..<digits], as: UTF8.self)
        suffix = String(decoding: bytes[end...], as: UTF8.self)
        worldSize = Self.number(behind: "world_size_", in: name)
    }

    /// The name of another rank's file.
    func name(of rank: Int) -> String { "\(stem)\(rank)\(suffix)" }

    private static func number(behind marker: String, in name: String) -> Int? {
        let (marker, bytes) = (Array(marker.utf8), Array(name.utf8))
        guard bytes.count >= marker.count else { return nil }
        for start in 0...(bytes.count - marker.count) where bytes[start..<start + marker.count].elementsEqual(marker) {
            let digits = bytes[(start + marker.count)...].prefix {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
            if (1..<9).contains(digits.count) { return Int(String(decoding: digits, as: UTF8.self)) }
        }
        return nil
    }
}
