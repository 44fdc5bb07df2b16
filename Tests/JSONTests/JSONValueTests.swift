import JSON
import Testing

@Suite struct JSONValueTests {
    @Test("fields keep their order, short lists stand on one line")
    func layout() {
        let value: JSONValue = [
            "z": .ints([1, 2]), "a": .array([["k": .null]]), "empty": .array([]), "none": .object([]),
        ]
        #expect(
            value.text == """
                {
                  "z": [1, 2],
                  "a": [
                    {
                      "k": null
                    }
                  ],
                  "empty": [],
                  "none": {}
                }

                """)
    }

    @Test(
        "text is escaped as RFC 8259 asks, and nothing else",
        arguments: [
            ("a/b \"q\" \\", #""a/b \"q\" \\""#), ("\n\r\t", #""\n\r\t""#),
            ("\u{0}\u{1B}\u{7F}", #""\u0000\u001b\u007f""#),
            ("Größe 権\u{1F600}", "\"Größe 権\u{1F600}\""), ("e\u{301}", "\"e\u{301}\""),
        ])
    func strings(text: String, expected: String) {
        #expect(JSONValue.string(text).text == expected + "\n")
    }

    @Test(
        "numbers are written so that they read back the same; what JSON has no number for is a string",
        arguments: [
            (JSONValue.number(0.1), "0.1"), (.number(1e-5), "1e-05"), (.number(-0.0), "-0.0"),
            (.number(.leastNonzeroMagnitude), "5e-324"),
            (.number(.nan), "\"NaN\""), (.number(.infinity), "\"Infinity\""), (.number(-.infinity), "\"-Infinity\""),
            (.int(.min), "-9223372036854775808"), (.digits("18446744073709551616"), "18446744073709551616"),
            (.bool(true), "true"), (.null, "null"),
        ])
    func numbers(value: JSONValue, expected: String) {
        #expect(value.text == expected + "\n")
    }
}
