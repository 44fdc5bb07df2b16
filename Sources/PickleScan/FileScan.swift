import ByteIO
import Pickle

/// What a file would do if Python unpickled it.
///
/// Every part in which a pickle can hide is looked into by its content, not its name: archives inside archives,
/// several pickles in a row, what lies before, behind and between them. Nothing is executed or imported, and of
/// large records that are not pickles only the first bytes are read.
package struct FileScan: Sendable {
    /// What was found, in that order.
    package private(set) var findings: [ScanFinding] = []
    /// Every global that the file's pickles name, with its verdict, once for each place and reason.
    package private(set) var globals: [ScanFinding] = []
    /// What `torch.load(weights_only=True)` would refuse, in the order of the file.
    package private(set) var refusals: [Refusal] = []
    /// What the file is, in plain words.
    package internal(set) var format = ""

    /// The gravest of the findings' verdicts.
    package var verdict: Verdict { findings.map(\.verdict).max() ?? .clean }

    let limits: ScanLimits
    /// What is left of `limits.unpackedBytes`.
    var unpackable: Int
    /// How many pickles had opcodes that cross the end of their frame.
    var divergences = 0
    /// What is left of `limits.probes`.
    private var probes: Int
    private var partCount = 0
    private var findingPositions: [ScanFinding: Int] = [:]
    private var globalPositions: [ScanFinding: Int] = [:]

    /// - Parameter name: the file's, which decides what is expected of it, not what is looked for.
    package init(_ bytes: Bytes, name: String, limits: ScanLimits = ScanLimits()) {
        self.limits = limits
        unpackable = limits.unpackedBytes
        probes = limits.probes
        let part = ScanPart(bytes: bytes, place: [], name: name, depth: 0)
        format = scan(part)
    }

    /// Takes what a search has looked at from what it may; false where nothing is left, which is a finding.
    mutating func probe(_ work: Int, _ part: ScanPart) -> Bool {
        guard probes > 0 else { return false }
        probes -= work
        if probes <= 0 {
            add(.limit, .review, part, "has more that begins like a pickle than is looked at")
        }
        return probes > 0
    }

    // MARK: Findings

    mutating func add(_ finding: ScanFinding) {
        if finding.verdict != .clean, !Self.count(finding, in: &findings, &findingPositions, limit: limits.findings) {
            let more = ScanFinding(
                rule: .limit, global: "", verdict: .review, place: "", offset: 0,
                reason: "has more findings than the \(limits.findings) that are listed")
            if findings.last != more { findings.append(more) }
        }
        if finding.rule == .global {
            _ = Self.count(finding, in: &globals, &globalPositions, limit: 10 * limits.findings)
        }
    }

    mutating func add(_ refusals: [RestrictedUnpickler.Refusal], at place: String) {
        let room = max(limits.findings - self.refusals.count, 0)
        self.refusals += refusals.prefix(room).map {
            Refusal(what: $0.what, keyPath: $0.keyPath, place: place, offset: $0.offset, count: $0.count)
        }
    }

    mutating func add(
        _ rule: ScanFinding.Rule, _ verdict: Verdict, _ part: ScanPart, offset: Int = 0, _ reason: String
    ) {
        add(
            ScanFinding(
                rule: rule, global: "", verdict: verdict, place: part.placeText, offset: offset, reason: reason))
    }

    /// Appends what is new, counts what is known but for its offset. Returns false where the list is full.
    private static func count(
        _ finding: ScanFinding, in list: inout [ScanFinding], _ positions: inout [ScanFinding: Int], limit: Int
    ) -> Bool {
        let key = finding.withoutOffset
        if let position = positions[key] {
            list[position].count += 1
            return true
        }
        guard list.count < limit else { return false }
        positions[key] = list.count
        list.append(finding)
        return true
    }

    /// Counts a part; false where there are too many, or it lies too deep.
    mutating func enter(_ part: ScanPart) -> Bool {
        partCount += 1
        if part.depth > limits.depth {
            add(.limit, .review, part, "lies deeper than \(limits.depth) archives or pickles and is not looked into")
            return false
        }
        if partCount == limits.parts {
            add(.limit, .review, part, "is beyond the \(limits.parts) parts that are looked into")
        }
        return partCount < limits.parts
    }
}

extension ScanFinding {
    fileprivate var withoutOffset: ScanFinding {
        var copy = ScanFinding(rule: rule, global: global, verdict: verdict, place: place, offset: 0, reason: reason)
        (copy.written, copy.identity) = (written, identity)
        return copy
    }
}
