/// What resizes an image, and by which filter, as a config names them.
package struct ResizeMethod: Sendable, Equatable {
    package enum Backend: String, Sendable, CaseIterable {
        /// OpenCV. Its bicubic filter is the native one: `OPENCV_IPP=disabled`.
        case cv2
        case pillow
    }

    package enum Filter: String, Sendable, CaseIterable {
        case nearest, bilinear, bicubic, area, box, lanczos, hamming
    }

    package let backend: Backend
    package let filter: Filter

    /// Returns nil for a filter that the backend does not have.
    package init?(_ backend: Backend, _ filter: Filter) {
        guard Self.filters(of: backend).contains(filter) else { return nil }
        self.backend = backend
        self.filter = filter
    }

    package static func filters(of backend: Backend) -> [Filter] {
        switch backend {
        case .cv2: [.nearest, .bilinear, .bicubic, .area, .lanczos]
        case .pillow: [.nearest, .bilinear, .bicubic, .box, .lanczos, .hamming]
        }
    }

    package static let all = Backend.allCases.flatMap { backend in
        filters(of: backend).compactMap { ResizeMethod(backend, $0) }
    }
}

extension ResizeMethod: CustomStringConvertible {
    package var description: String { "\(backend.rawValue) \(filter.rawValue)" }
}

/// The releases of Pillow that differ in the order of the passes of a resize: the image between them is rounded to
/// bytes, so that the order shows.
package enum PillowRelease: Int, Sendable, CaseIterable {
    /// Up to 12.1: rows first.
    case v11 = 11
    /// 12.2 and 12.3: columns first where an image more than 100 times as high as wide becomes lower.
    case v12 = 12
    /// 13.0: columns first where that loses more than twice as many rows as columns.
    case v13 = 13

    /// Whether the pass along columns is the first.
    func startsWithColumns(height: Int, width: Int, to newHeight: Int, _ newWidth: Int) -> Bool {
        switch self {
        case .v11: false
        case .v12: newHeight < height && height > 100 * width
        case .v13: newHeight < height && height - newHeight > 2 * (width - newWidth)
        }
    }
}
