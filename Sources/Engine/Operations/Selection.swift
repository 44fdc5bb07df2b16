import ModelGraph

extension Operation.TopK: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let extent = operands.inputs[0].shape[operands.inputs[0].shape.count - 1]
        let elements = operands.elements
        for row in 0..<elements.count / extent {
            let line = elements[row * extent..<(row + 1) * extent]
            let order = line.indices.sorted {
                isBefore(line[$0], line[$1]) || (!isBefore(line[$1], line[$0]) && $0 < $1)
            }
            for place in 0..<count { output[row * count + place] = Double(order[place] - row * extent) }
        }
    }

    func lower(_ step: FusedStep, into plan: inout PlanBuilder) { plan.lower(self, step) }
}

extension Operation.SelectRows: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let (rows, positions) = (operands.inputs[0], operands.inputs[1])
        let (count, channels) = (rows.shape[1], rows.shape[2])
        let perMatrix = positions.shape[1] * positions.shape[2]
        for (index, position) in positions.scalars.enumerated() {
            let row = index / perMatrix * count + Self.row(position, of: count)
            output.replaceSubrange(
                index * channels..<(index + 1) * channels, with: rows.scalars[row * channels..<(row + 1) * channels])
        }
    }

    /// A position as an index of `count` rows.
    static func row(_ position: some BinaryFloatingPoint, of count: Int) -> Int {
        position >= 0 ? Int(min(position, .init(count - 1))) : 0
    }

    func lower(_ step: FusedStep, into plan: inout PlanBuilder) { plan.lower(self, step) }
}

/// Whether the left one is larger; NaN is above all numbers.
private func isBefore<Number: BinaryFloatingPoint>(_ left: Number, _ right: Number) -> Bool {
    left > right || (left.isNaN && !right.isNaN)
}

// MARK: - Lowering

extension PlanBuilder {
    mutating func lower(_ topK: Operation.TopK, _ step: FusedStep) {
        let input = rows(of: step.inputs[0], axis: shape(of: step.inputs[0]).count - 1)
        let view = allocate(step.shape)
        define(step.output, view)
        let output = rows(of: view, axis: step.shape.count - 1)
        let chunk = chunk(input.count)
        append(reads: [input.buffer], writes: [output.buffer]) { memory in
            let search = LargestOfRows(
                input: memory.address(input), inputStride: input.stride, extent: input.channels,
                output: memory.address(output), outputStride: output.stride, count: topK.count, rows: input.count,
                chunk: chunk)
            return PlanStep(search, tasks: { $0.pointee.tasks }) { context, task, _ in
                context?.assumingMemoryBound(to: LargestOfRows.self).pointee.run(task)
            }
        }
    }

    mutating func lower(_ selection: Operation.SelectRows, _ step: FusedStep) {
        let rows = rows(of: step.inputs[0], axis: 2)
        let positions = self.rows(of: step.inputs[1], axis: 2)
        let view = allocate(step.shape)
        define(step.output, view)
        let output = self.rows(of: view, axis: 3)
        let (count, perMatrix) = (shape(of: step.inputs[0])[1], step.shape[1])
        let chunk = chunk(positions.count)
        append(reads: [rows.buffer, positions.buffer], writes: [output.buffer]) { memory in
            let copy = CopyOfRows(
                rows: memory.address(rows), rowStride: rows.stride, rowCount: count, channels: rows.channels,
                positions: memory.address(positions), positionStride: positions.stride,
                positionsPerRow: positions.channels, positionRows: positions.count, rowsPerMatrix: perMatrix,
                output: memory.address(output), outputStride: output.stride, chunk: chunk)
            return PlanStep(copy, tasks: { $0.pointee.tasks }) { context, task, _ in
                context?.assumingMemoryBound(to: CopyOfRows.self).pointee.run(task)
            }
        }
    }
}

/// The positions of the largest elements of each row, kept in order while the row is read.
private struct LargestOfRows {
    let input: UnsafePointer<Float>
    let inputStride, extent: Int
    let output: UnsafeMutablePointer<Float>
    let outputStride, count: Int
    let rows, chunk: Int

    var tasks: Int { (rows + chunk - 1) / chunk }

    func run(_ task: Int) {
        for row in task * chunk..<min(rows, (task + 1) * chunk) {
            let (source, best) = (input + row * inputStride, output + row * outputStride)
            var found = 0
            for position in 0..<extent {
                let element = source[position]
                if found == count, !isBefore(element, source[Int(best[count - 1])]) { continue }
                var place = min(found, count - 1)
                while place > 0, isBefore(element, source[Int(best[place - 1])]) {
                    best[place] = best[place - 1]
                    place -= 1
                }
                best[place] = Float(position)
                found = min(found + 1, count)
            }
        }
    }
}

/// Rows copied to where the positions say.
private struct CopyOfRows {
    let rows: UnsafePointer<Float>
    let rowStride, rowCount, channels: Int
    let positions: UnsafePointer<Float>
    let positionStride, positionsPerRow, positionRows, rowsPerMatrix: Int
    let output: UnsafeMutablePointer<Float>
    let outputStride, chunk: Int

    var tasks: Int { (positionRows + chunk - 1) / chunk }

    func run(_ task: Int) {
        for row in task * chunk..<min(positionRows, (task + 1) * chunk) {
            let matrix = rows + row / rowsPerMatrix * rowCount * rowStride
            for place in 0..<positionsPerRow {
                let position = Operation.SelectRows.row(positions[row * positionStride + place], of: rowCount)
                (output + (row * positionsPerRow + place) * outputStride).update(
                    from: matrix + position * rowStride, count: channels)
            }
        }
    }
}
