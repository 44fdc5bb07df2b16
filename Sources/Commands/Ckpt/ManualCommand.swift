import ByteIO
import CommandLineKit
import Workbench

/// The command line of `ckpt man`.
enum ManualCommand {
    static let out = Option(
        "out", .required("FOLDER"),
        help:
            "Write every page to this folder, such as share/man/man1, in place of printing one. The folder is made if it is missing."
    )
    static let links = Option("links", help: "With --out also pages under the tools' own names, such as convert.1.")

    static let command = Command(
        name: "ckpt man", version: workbenchVersion,
        summary: "prints or writes the manual pages of ckpt and its commands.",
        positionals: [
            .init("COMMAND", repeats: true, isOptional: true, help: "The command. Without it: the page of ckpt itself.")
        ],
        groups: [OptionGroup("Output", [out, links])],
        examples: [
            .init("ckpt man tree | man -l -", "Read a page."),
            .init("ckpt man --out ~/.local/share/man/man1", "Install all pages."),
        ])

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let pages = ManualPage.pages(of: WorkbenchCommand.tree)
        if let folder = arguments.value(of: out) {
            if let word = arguments.positionals.first { throw UsageError.unexpectedPositional(word) }
            try FolderListing.make(folder)
            let links = arguments.has(links) ? ManualPage.links(of: WorkbenchCommand.tree) : []
            for page in pages + links { try AtomicFile.write(Array(page.text.utf8), to: "\(folder)/\(page.fileName)") }
            return .success
        }
        if arguments.has(links) { throw UsageError.combination("--links needs --out") }
        let words = arguments.positionals.enumerated().map { index, word in
            index == 0 ? Tool.named(word)?.word ?? word : word
        }
        let name = (["ckpt"] + words).joined(separator: "-")
        guard let page = pages.first(where: { $0.name == name }) else {
            throw UsageError.unknownCommand(
                words.joined(separator: " "), among: pages.dropFirst().map { String($0.name.dropFirst("ckpt-".count)) })
        }
        try console.write(page.text)
        return .success
    }
}
