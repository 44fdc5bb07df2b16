import Foundation
import TestSupport
import Testing

@testable import ProgramImport

@Suite struct CallTableTests {
    /// `scripts/program_table.py` asks for the names in this file.
    @Test("the table of programs lists every operator that is known")
    func names() throws {
        let names = ATenCalls.names
        if let path = ProcessInfo.processInfo.environment["CALL_NAMES"] {
            try names.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        }
        let table = try String(
            contentsOfFile: fixture("../Sources/Workbench/Workbench.docc/Programs.md"), encoding: .utf8)
        let known = try #require(
            table.split(separator: "\n## ").first { $0.contains(" operators that a program may call\n") })
        let listed = known.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .flatMap { $0.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) } }
        #expect(Set(listed) == Set(names))
    }

    @Test("every call of the programs is known", arguments: try ProgramFact.all())
    func programs(fact: ProgramFact) throws {
        for form in ["pt2", "dec.pt2", "any.pt2"] {
            #expect(try fact.program(form)?.targets.filter { !ATenCalls.isKnown($0) } ?? [] == [])
        }
    }
}
