import ByteIO
import TestSupport
import Testing

@testable import CheckpointIO

/// Files of `fixtures/hostile/safetensors`, made by `scripts/makers/make_safetensors_fixtures.py`.
@Suite struct SafetensorsHostileTests {
    static func path(_ name: String) -> String { fixture("hostile/safetensors/" + name) }

    static let refused: [(name: String, message: String)] = [
        ("header_past_end", "it is cut short inside its header: 86 of 1,008 bytes are there"),
        (
            "header_too_long",
            "its safetensors header claims 100,000,001 bytes, more than the 100,000,000 that one may have"
        ),
        (
            "header_of_terabytes",
            "its safetensors header claims 1,099,511,627,775 bytes, more than the 100,000,000 that one may have"
        ),
        ("no_json", "its safetensors header is damaged at offset 9: expected a name, found 'w'"),
        ("cut_json", "its safetensors header is damaged at offset 49: expected '\"', found the end"),
        ("second_value", "its safetensors header is damaged at offset 69: '{' follows the end of the text"),
        ("deep", "its safetensors header is damaged at offset 648: arrays and objects nest deeper than 128 levels"),
        ("not_utf8", "its safetensors header is damaged at offset 9: a string is not UTF-8"),
        ("half_surrogate", "its safetensors header is damaged at offset 10: \\ud800 is half of a surrogate pair"),
        ("array", "its safetensors header is damaged at offset 13: expected an object, found '['"),
        ("duplicate", "its header names the tensor 'w' twice"),
        ("duplicate_field", "its safetensors header is damaged at offset 28: an object has the name 'dtype' twice"),
        ("metadata_number", "its safetensors header is damaged at offset 34: expected a string, found '3'"),
        (
            "metadata_twice",
            "its safetensors header is damaged at offset 34: an object has the name '__metadata__' twice"
        ),
        ("no_dtype", "its header gives the tensor 'w' no dtype"),
        ("no_offsets", "its header gives the tensor 'w' no data_offsets"),
        ("unknown_dtype", "'w' has the unknown dtype 'F33'"),
        ("negative_extent", "'w' has the shape [-4], which no tensor can have"),
        ("negative_offset", "'w' has the data_offsets [-16, 0]: not a begin and an end"),
        ("float_offset", "its safetensors header is damaged at offset 58: 16.0 is not an integer"),
        (
            "absurd_offset",
            "its safetensors header is damaged at offset 58: the number 18446744073709551616 is out of range"
        ),
        ("one_offset", "'w' has the data_offsets [16]: not a begin and an end"),
        ("three_offsets", "'w' has the data_offsets [0, 8, 16]: not a begin and an end"),
        ("reversed_offsets", "'w' has the data_offsets [16, 0]: not a begin and an end"),
        ("absurd_shape", "'w' has the shape [4611686018427387904, 4611686018427387904], which no tensor can have"),
        (
            "absurd_empty_shape",
            "'w' has the shape [4611686018427387904, 4611686018427387904, 0], which no tensor can have"
        ),
        ("terabytes", "it is cut short: 4,398,046,511,088 of its 4,398,046,511,197 bytes are missing"),
        ("small_room", "'w', F32 of shape [5], needs 20 bytes, but its data_offsets leave 16"),
        ("large_room", "'w', F32 of shape [3], needs 12 bytes, but its data_offsets leave 16"),
        ("partial_byte", "'w' takes 12 bits, which is not a whole number of bytes"),
        ("overlap", "'w' begins at byte 8 of the data, inside another tensor that ends at 12"),
        ("hundred_names", "'weight_1' begins at byte 0 of the data, inside another tensor that ends at 16"),
        ("hole", "no tensor covers the bytes 4 to 8 of the data, before 'w'"),
        ("hole_at_start", "no tensor covers the bytes 0 to 4 of the data, before 'w'"),
        ("trailing", "4 bytes follow the last tensor"),
        ("cut", "it is cut short: 7 of its 147 bytes are missing"),
    ]

    @Test("a file that the format forbids is one sentence about it", arguments: refused)
    func refusal(_ name: String, _ message: String) {
        let path = Self.path(name + ".safetensors")
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
        #expect(error?.description == path + ": " + message)
    }

    @Test("every hostile file is tried, and only a repeated name is refused here but not by the reference")
    func reference() throws {
        let verdicts = try fixture("hostile/safetensors/reference.json", as: [String: String?].self)
        #expect(Set(verdicts.keys) == Set(Self.refused.map(\.name)))
        #expect(verdicts.filter { $0.value == nil }.keys.sorted() == ["duplicate"])
    }

    @Test("a damaged file is an error or a checkpoint, never a crash", arguments: ["types", "unordered", "six_bits"])
    func damage(_ name: String) throws {
        try openDamagedCopies(2000, of: SafetensorsFileTests.path(name + ".safetensors"), as: name) { checkpoint in
            for entry in checkpoint.tensors { _ = try entry.tensor.contiguousBytes() }
        }
    }
}
