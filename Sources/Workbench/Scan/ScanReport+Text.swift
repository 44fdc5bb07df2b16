import CommandLineKit
import PickleScan

extension ScanReport {
    /// A line for each file, its findings below it, the gravest first.
    /// - Parameter listsGlobals: whether every global is listed, the harmless ones too.
    package func text(_ palette: Palette, listsGlobals: Bool = false) -> String {
        var text = ""
        for file in files {
            let scan = file.scan
            text += "\(file.path.printable): \(palette(scan.verdict.style, scan.verdict.rawValue))"
            text += scan.findings.isEmpty ? ", \(file.scan.summary)\n" : "\n"
            let clean = listsGlobals ? scan.globals.filter { $0.verdict == .clean } : []
            for finding in scan.findings.sorted(by: { $0.verdict > $1.verdict }) + clean {
                text += "  \(finding.line(palette))\n"
            }
            if listsGlobals { text += scan.refusals.text(palette) }
        }
        if files.count != 1 { text += total(palette) }
        return text
    }

    private func total(_ palette: Palette) -> String {
        let counts = Verdict.allCases.reversed().compactMap { verdict -> String? in
            let count = files.count { $0.scan.verdict == verdict }
            return count == 0 ? nil : palette(verdict.style, "\(groupedText(count)) \(verdict.plural)")
        }
        return countText(files.count, "file") + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", ")) + "\n"
    }
}

extension FileScan {
    fileprivate var summary: String {
        format + (globals.isEmpty ? "" : ", \(countText(Set(globals.map(\.global)).count, "global"))")
    }
}

extension Verdict {
    fileprivate var style: Palette.Style {
        switch self {
        case .clean: .green
        case .review: .yellow
        case .dangerous: .red
        }
    }

    fileprivate var plural: String { self == .review ? "to review" : rawValue }
}

extension ScanFinding {
    fileprivate func line(_ palette: Palette) -> String {
        let lead = palette(verdict.style, verdict.rawValue)
        let at = "@0x\(String(offset, radix: 16))"
        let position = place.isEmpty ? at : "\(place.printable) \(at)"
        let name = global.isEmpty ? "" : palette(.bold, global.printable) + " "
        let times = count > 1 ? " (\(groupedText(count)) times)" : ""
        return "\(lead)  \(name)\(reason.printable)\(otherNames)\(times)  \(palette(.dim, position))"
    }

    /// What else the global is called: as the pickle spells it, and in the module that defines it.
    private var otherNames: String {
        var text = ""
        if !written.isEmpty, !written.utf8.elementsEqual(global.utf8) { text += "; written \(written.printable)" }
        if !identity.isEmpty { text += "; the same as \(identity.printable)" }
        return text
    }
}

extension [Refusal] {
    /// What `torch.load(weights_only=True)` would refuse: a line for each global, with a few of its keys.
    fileprivate func text(_ palette: Palette) -> String {
        if isEmpty { return "" }
        let listed = 3
        var order: [String] = []
        var keys: [String: [String]] = [:]
        for refusal in self {
            if keys[refusal.what] == nil { order.append(refusal.what) }
            keys[refusal.what, default: []].append(refusal.keyPath.isEmpty ? "the root" : refusal.keyPath.printable)
        }
        let lines = order.map { what in
            let places = keys[what] ?? []
            let more = places.count > listed ? " and \(groupedText(places.count - listed)) more" : ""
            let text = places.prefix(listed).joined(separator: ", ")
            return "    \(palette(.bold, what.printable)) at \(text)\(more)\n"
        }
        return "  torch.load(weights_only=True) refuses\n" + lines.joined()
    }
}
