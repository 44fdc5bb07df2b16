import ByteIO
import CommandLineKit

/// A tool of the workbench. Each is an executable of its own name and a command of `ckpt`.
package struct Tool: Sendable {
    /// What carries the tool out.
    enum Program: Sendable {
        case command(
            Command, @Sendable (Arguments, Console) throws -> ExitStatus,
            fail: @Sendable (_ message: String, Arguments) -> Void = { _, _ in })
        case family(CommandFamily)

        /// What `--help` of the tool shows.
        var command: Command {
            switch self {
            case .command(let command, _, _): command
            case .family(let family): family.command
            }
        }
    }

    /// The executable's name: `ckpt-tree`.
    package let name: String
    /// The word after `ckpt`: `tree`.
    package let word: String
    /// A closure: a process that runs one tool does not build the command lines of the others.
    let program: @Sendable () -> Program

    /// - Parameter word: nil where it is `name`.
    init(_ name: String, word: String? = nil, _ program: @escaping @Sendable () -> Program) {
        self.name = name
        self.word = word ?? name
        self.program = program
    }

    /// Runs the tool under its own name.
    package func run() -> Never { run(as: .program(name)) }

    func run(as invocation: Invocation) -> Never {
        HiddenFiles.endWithProcess()
        CutFile.becomesError { _ in HiddenFiles.removeAll() }
        switch program() {
        case .command(let command, let body, let fail): command.run(as: invocation, body, fail: fail)
        case .family(let family): family.run(as: invocation)
        }
    }
}
