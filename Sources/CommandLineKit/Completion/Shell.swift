/// A shell that completes command lines by a script.
package enum Shell: String, Sendable, CaseIterable {
    case bash, zsh, fish

    /// The script that completes the command lines of a program.
    /// - Parameter hasLinks: whether the commands are completed under their own executables' names, too.
    package func completion(of tree: CommandTree, hasLinks: Bool = false) -> String {
        switch self {
        case .bash: BashCompletion(tree: tree, hasLinks: hasLinks).text
        case .zsh: ZshCompletion(tree: tree, hasLinks: hasLinks).text
        case .fish: FishCompletion(tree: tree, hasLinks: hasLinks).text
        }
    }
}
