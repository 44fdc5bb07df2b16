import Testing

@testable import Workbench

@Suite struct UnifiedDiffTests {
    private func diff(_ old: String, _ new: String) -> String {
        UnifiedDiff.text(from: Array(old.utf8), to: Array(new.utf8), name: "n")
    }

    private let lines = (1...20).map { "\($0)\n" }.joined()

    // What is expected is the output of GNU's `diff -u --label n --label n`.
    @Test("changes have three lines around them, and those that are near share a hunk")
    func hunks() {
        #expect(
            diff(lines, lines.replacing("\n4\n", with: "\nfour\n").replacing("\n15\n", with: "\n"))
                == """
                --- n
                +++ n
                @@ -1,7 +1,7 @@
                 1
                 2
                 3
                -4
                +four
                 5
                 6
                 7
                @@ -12,7 +12,6 @@
                 12
                 13
                 14
                -15
                 16
                 17
                 18

                """)
        let near = diff(lines, lines.replacing("\n4\n", with: "\nfour\n").replacing("\n11\n", with: "\n"))
        #expect(near.hasPrefix("--- n\n+++ n\n@@ -1,14 +1,13 @@\n"))
    }

    @Test("equal texts differ in nothing; an empty text and a last line without its end are shown as diff shows them")
    func edges() {
        #expect(diff(lines, lines) == "")
        #expect(diff("", "a\n") == "--- n\n+++ n\n@@ -0,0 +1 @@\n+a\n")
        #expect(diff("a\n", "") == "--- n\n+++ n\n@@ -1 +0,0 @@\n-a\n")
        let end = "\\ No newline at end of file\n"
        #expect(diff("a\nb", "a\nc") == "--- n\n+++ n\n@@ -1,2 +1,2 @@\n a\n-b\n\(end)+c\n\(end)")
    }
}
