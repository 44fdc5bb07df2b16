import Testing

@testable import Verification

@Suite struct LayerLayoutTests {
    @Test(
        "a record's layout follows from its shape and the module's",
        arguments: [
            ([2, 3, 4, 5], [2, 3, 4, 5], LayerLayout.same), ([1, 20, 3], [1, 4, 5, 3], .same),
            ([1, 3], [1, 3, 1, 1], .same), ([1, 4, 5, 3], [1, 3, 4, 5], .channelsLast(channels: 3, places: 20)),
            ([1, 20, 3], [1, 3, 4, 5], .channelsLast(channels: 3, places: 20)),
            ([1, 3, 4, 5], [1, 20, 3], .channelsSecond(channels: 3, places: 20)),
            ([1, 3, 4, 5], [1, 4, 5, 3], .channelsSecond(channels: 3, places: 20)),
            ([1, 10], [1, 11], nil), ([2, 30, 2], [1, 3, 4, 10], nil), ([1, 5, 4, 6], [1, 3, 4, 10], nil),
        ])
    func layout(record: [Int], shape: [Int], layout: LayerLayout?) {
        #expect(LayerLayout(of: record, for: shape) == layout)
    }

    @Test("an element of the record is found at its channel and place", arguments: [[2, 3, 4, 5], [2, 7, 1, 3]])
    func positions(shape: [Int]) {
        let (channels, places) = (shape[1], shape[2] * shape[3])
        for image in 0..<shape[0] {
            for channel in 0..<channels {
                for place in 0..<places {
                    let second = (image * channels + channel) * places + place
                    let last = (image * places + place) * channels + channel
                    let toLast = LayerLayout.channelsLast(channels: channels, places: places)
                    #expect(toLast.position(of: last) == second)
                    let toSecond = LayerLayout.channelsSecond(channels: channels, places: places)
                    #expect(toSecond.position(of: second) == last)
                }
            }
        }
    }
}
