import Testing

@testable import KeyRules

/// The automaton of a side against the matcher that plans use: they must agree on every key.
@Suite struct KeyAutomatonTests {
    private static let domains: [CaptureDomain] = [
        .segment, .path, .number, .integer(7...123), .integer(95...Int.max), .words([KeyText("ab"), KeyText("a.b")]),
        .parameterNames,
    ]

    /// Keys of up to four characters, and some longer ones.
    private static let keys: [String] = {
        let alphabet = ["a", "b", "1", "0", "."]
        var keys = alphabet
        var last = alphabet
        for _ in 0..<3 {
            last = last.flatMap { head in alphabet.map { head + $0 } }
            keys += last
        }
        let numbered = (0..<200).flatMap { ["\($0)", "a\($0)", "\($0).b"] }
        return keys + numbered + ["weight", "aweight", "a.b.b", "9300"]
    }()

    private func side(_ steps: [Side.Step]) -> Side { Side(text: "", steps: steps) }

    @Test("a side accepts the same keys as its automaton", arguments: domains.indices)
    func agreement(capture: Int) throws {
        let lookup = try Lookup([(KeyText("0"), KeyText("a")), (KeyText("1"), KeyText("b.1"))])
        let views: [CaptureView] =
            switch Self.domains[capture] {
            case .segment, .path: [.value]
            case .integer: [.value, .offset(3), .offset(-5)]
            case .words: [.value]
            }
        var sides = views.flatMap { view in
            [
                side([.capture(capture, view)]), side([.literal(KeyText("a")), .capture(capture, view)]),
                side([.capture(capture, view), .literal(KeyText(".b"))]),
            ]
        }
        var domains = Self.domains
        if capture == 0 {
            domains[0] = .words(Set(lookup.forward.keys))
            sides = [
                side([.capture(0, .lookup(lookup))]), side([.capture(0, .lookup(lookup)), .literal(KeyText(".b"))]),
            ]
        }
        for side in sides {
            // A path must be whole segments; the parser refuses other places.
            if domains[capture] == .path, side.steps.first == .literal(KeyText("a")) { continue }
            let automaton = KeyAutomaton(side, domains: domains)
            var matched = 0
            for key in Self.keys {
                var values = [KeyText?](repeating: nil, count: domains.count)
                let matches = side.match(KeyText(key), domains: domains, values: &values)
                if matches { matched += 1 }
                #expect(automaton.accepts(KeyText(key)) == matches, "\(key) \(side.steps)")
                if matches { #expect(side.key(values)?.string == key) }
            }
            #expect(matched > 0 || capture == 6, "\(side.steps)")
        }
    }

    @Test("a side of several captures reads a key as its automaton does, however many ways there are")
    func severalCaptures() {
        let domains: [CaptureDomain] = [.segment, .segment, .segment, .number, Self.domains[5], .path]
        func capture(_ index: Int) -> Side.Step { .capture(index, .value) }
        let (a, dot) = (Side.Step.literal(KeyText("a")), Side.Step.literal(KeyText(".")))
        let sides = [
            [capture(0), a, capture(1), a, capture(2)], [capture(0), capture(1), capture(2), a],
            [capture(0), a, capture(3), a, capture(1), dot, capture(2)],
            [capture(5), dot, capture(0), a, capture(1), a, capture(2)], [capture(4), capture(0), a, capture(3)],
        ].map(side)
        for side in sides {
            let automaton = KeyAutomaton(side, domains: domains)
            for key in Self.keys + Self.keys.prefix(500).map({ "1a" + $0 + "a1" }) {
                var values = [KeyText?](repeating: nil, count: domains.count)
                let matches = side.match(KeyText(key), domains: domains, values: &values)
                #expect(automaton.accepts(KeyText(key)) == matches, "\(key) \(side.steps)")
                if matches { #expect(side.key(values)?.string == key) }
            }
        }
        // Some 4,000³ ways to share it out, and none is right. A capture that occurs twice is one text.
        let long = KeyText(String(repeating: "a", count: 4000))
        var values = [KeyText?](repeating: nil, count: domains.count)
        let independent = side([capture(0), a, capture(1), a, capture(2), .literal(KeyText("b"))])
        #expect(!independent.match(long, domains: domains, values: &values))
        values = values.map { _ in nil }
        let repeated = side([capture(0), capture(1), a, capture(0)])
        #expect(repeated.match(KeyText("b1ab"), domains: domains, values: &values))
        #expect(values.prefix(2).map { $0?.string } == ["b", "1"])
    }

    @Test("two sides may meet where some key is in both")
    func meeting() {
        let search = KeySearch(texts: Self.keys.map { KeyText($0) })
        let automata = Self.domains.indices.flatMap { capture in
            [[], [Side.Step.literal(KeyText("a."))], [.literal(KeyText("9"))]].map { prefix in
                KeyAutomaton(side(prefix + [.capture(capture, .value)]), domains: Self.domains)
            }
        }
        var meetings = 0
        for left in automata {
            for right in automata {
                let outcome = search.key(in: [left, right])
                if outcome != .none { meetings += 1 }
                #expect(search.mayMeet(left, right) == (outcome != .none))
            }
        }
        #expect(meetings > automata.count && meetings < automata.count * automata.count)
    }

    @Test("a search gives a shortest key, or says that there is none")
    func search() {
        let search = KeySearch(texts: [KeyText("a.b")])
        func automaton(_ steps: [Side.Step]) -> KeyAutomaton {
            KeyAutomaton(Side(text: "", steps: steps), domains: Self.domains)
        }
        let path = automaton([.capture(1, .value)])
        let prefixed = automaton([.literal(KeyText("a.")), .capture(0, .value)])
        let numbers = automaton([.literal(KeyText("a.")), .capture(2, .value)])
        #expect(search.key(in: [path, prefixed]) == .found(KeyText("a.x")))
        #expect(search.key(in: [prefixed], butNotIn: [path]) == .none)
        #expect(search.key(in: [numbers], butNotIn: [prefixed]) == .none)
        #expect(search.key(in: [prefixed, numbers]) == .found(KeyText("a.0")))
        #expect(search.key(in: [path, prefixed], butNotIn: [numbers]) == .found(KeyText("a.x")))
    }
}

extension KeyAutomaton {
    fileprivate func accepts(_ key: KeyText) -> Bool {
        var states: Set<Int> = [0]
        for byte in key {
            states = Set(states.flatMap { transitions[$0] }.filter { $0.label.accepts(byte) }.map(\.target))
        }
        return !states.isDisjoint(with: accepting)
    }
}
