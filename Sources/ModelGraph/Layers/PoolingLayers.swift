/// `torch.nn.MaxPool2d` over square windows.
package struct MaxPool2d: Module {
    private let scope: Scope
    private let geometry: Pool2dGeometry

    package init(_ scope: Scope, kernel: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false) {
        self.scope = scope
        geometry = Pool2dGeometry(
            kernel: .square(kernel), stride: .square(stride), padding: .square(padding), ceilMode: ceilMode)
    }

    /// `[N, C, H, W]` → `[N, C, H', W']`.
    package func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.record(.maxPool2d(geometry), input))
    }
}

/// `torch.nn.AvgPool2d` over square windows.
package struct AvgPool2d: Module {
    private let scope: Scope
    private let geometry: Pool2dGeometry
    private let countIncludePad: Bool

    package init(
        _ scope: Scope, kernel: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false, countIncludePad: Bool = true
    ) {
        self.scope = scope
        self.countIncludePad = countIncludePad
        geometry = Pool2dGeometry(
            kernel: .square(kernel), stride: .square(stride), padding: .square(padding), ceilMode: ceilMode)
    }

    /// `[N, C, H, W]` → `[N, C, H', W']`.
    package func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.record(.averagePool2d(.init(geometry, countIncludePad: countIncludePad)), input))
    }
}

/// `torch.nn.AdaptiveAvgPool2d` to a square output.
package struct AdaptiveAvgPool2d: Module {
    private let scope: Scope
    private let extent: Int

    package init(_ scope: Scope, _ extent: Int) {
        self.scope = scope
        self.extent = extent
    }

    /// `[N, C, H, W]` → `[N, C, extent, extent]`.
    package func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.record(.adaptiveAveragePool2d(.init(.square(extent))), input))
    }
}
