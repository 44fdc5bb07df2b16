import PlatformC

/// The day that a published file's name holds.
package struct PublicationDay: Sendable, Equatable, CustomStringConvertible {
    private let year, month, day: Int

    /// Today here, or the day of `SOURCE_DATE_EPOCH` in UTC where that is set: see reproducible-builds.org.
    /// - Throws: `WorkbenchError.environment` for a value that is not a number of seconds since 1970.
    package init() throws(WorkbenchError) {
        guard let epoch = getenv("SOURCE_DATE_EPOCH").map({ String(cString: $0) }) else {
            var (now, parts) = (time(nil), tm())
            localtime_r(&now, &parts)
            self.init(parts)
            return
        }
        try self.init(epoch: epoch)
    }

    /// - Parameter epoch: decimal seconds since 1970, before the year 10000.
    init(epoch: String) throws(WorkbenchError) {
        guard epoch.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            var seconds = time_t(epoch), seconds < 253_402_300_800
        else {
            throw .environment("SOURCE_DATE_EPOCH needs seconds since 1970, before the year 10000, found '\(epoch)'")
        }
        var parts = tm()
        gmtime_r(&seconds, &parts)
        self.init(parts)
    }

    private init(_ parts: tm) {
        (year, month, day) = (Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday))
    }

    /// `YYYYMMDD`
    package var description: String { String(year * 10_000 + month * 100 + day) }
}
