import TestSupport
import Testing

/// `--format github` of the tools that check.
@Suite struct WorkflowCommandToolTests {
    private func lines(_ tool: String, _ words: [String], status: Int32 = 1) throws -> [String] {
        let run = try ToolRun(tool, words + ["--format", "github"])
        #expect(run.status == status, "\(run.errors)")
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(
            lines.allSatisfy { $0.hasPrefix("::error ") || $0.hasPrefix("::warning ") || $0.hasPrefix("::notice ") })
        return lines
    }

    @Test("ckpt-scan marks each file, with an error for what is dangerous")
    func scan() throws {
        let (bad, odd) = (fixture("hostile/scan/inst.pkl"), fixture("checkpoints/object.pth"))
        let lines = try lines("ckpt-scan", [bad, odd])
        #expect(lines.contains { $0.hasPrefix("::error file=\(bad),title=ckpt-scan pickle-global::") })
        #expect(lines.contains { $0.hasPrefix("::warning file=\(odd),title=ckpt-scan pickle-global::__main__.Box ") })
        #expect(try self.lines("ckpt-scan", [fixture("checkpoints/mmengine.pth")], status: 0).isEmpty)
    }

    @Test("convert --check marks the line of a rule file")
    func rules() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("bad.rules", "rules bad: a test\na.{p} -> b.{q}\n".utf8)
        let lines = try lines("convert", ["--check", path])
        #expect(lines.count == 1 && lines[0].hasPrefix("::error file=\(path),line=2,"))
        #expect(try ToolRun("convert", ["--format", "github", path, folder.path("x.pth")]).status == 2)
    }

    @Test("shape-diff has one line for each kind of difference")
    func shapes() throws {
        let path = ConvertToolTests.legacy
        let lines = try lines("shape-diff", [path, "--model", "mobilenet_v2"])
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("::error file=\(path),title=shape-diff::314 missing tensors, against "))
        #expect(lines[1].hasSuffix(" and 302 more"))
    }

    @Test("verify --compare marks the second golden with its outputs and the first layer that differ")
    func goldens() throws {
        let (left, right) = (fixture("comparison/golden.pth"), fixture("comparison/wrong.pth"))
        let lines = try lines("verify", ["--compare", left, right])
        #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("::error file=\(right),title=verify::'") })
        let again = fixture("comparison/again.pth")
        #expect(try self.lines("verify", ["--compare", left, again], status: 0).isEmpty)
    }

    @Test("an error that stops a tool marks the run")
    func failure() throws {
        let lines = try lines("verify", ["none.pth", "--model", "resnet18", "--golden", "none.pth"], status: 2)
        #expect(lines.count == 1)
        #expect(lines[0].hasPrefix("::error title=verify::") && lines[0].contains("none.pth"))
        let usage = try self.lines("verify", ["--no-such-option"], status: 2)
        #expect(usage.count == 1 && usage[0].hasPrefix("::error title=verify::unknown option"))
    }

    @Test("verify --suite marks the line of each model that does not pass")
    func suite() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("suite.yml", "- {model: resnet18}\n- {model: no_such_model}\n".utf8)
        let run = try ToolRun("verify", ["--suite", path, "--format", "github"])
        #expect(run.status == 2)
        #expect(run.output.split(separator: "\n").count == 1)
        #expect(run.output.hasPrefix("::error file=\(path),line=2,title=verify "))
    }
}
