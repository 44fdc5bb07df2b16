import CKernels

/// The passes of a resize as plain loops: what the kernels must compute.
enum PlainPasses {
    static func rows(_ arithmetic: ck_image_arithmetic, _ pass: ck_image_horizontal) {
        for row in 0..<pass.rows {
            let input = pass.input + row * pass.input_stride
            for output in 0..<pass.outputs {
                for channel in 0..<pass.channels {
                    let place = row * pass.output_stride + output * pass.channels + channel
                    let start = input + Int(pass.first[output]) * pass.channels + channel
                    let tap = output * pass.taps
                    if arithmetic == CK_IMAGE_AREA {
                        let weights = pass.weights.assumingMemoryBound(to: Float.self) + tap
                        var sum: Float = 0
                        for k in 0..<pass.taps { sum += Float(start[k * pass.channels]) * weights[k] }
                        pass.output.assumingMemoryBound(to: Float.self)[place] = sum
                        continue
                    }
                    let weights = pass.weights.assumingMemoryBound(to: Int32.self) + tap
                    var sum: Int32 = 0
                    for k in 0..<pass.taps { sum &+= Int32(start[k * pass.channels]) &* weights[k] }
                    switch arithmetic {
                    case CK_IMAGE_PILLOW:
                        pass.output.assumingMemoryBound(to: UInt8.self)[place] = byte(sum)
                    case CK_IMAGE_LINEAR:
                        pass.output.assumingMemoryBound(to: Int16.self)[place] = Int16(truncatingIfNeeded: sum >> 4)
                    default: pass.output.assumingMemoryBound(to: Int32.self)[place] = sum
                    }
                }
            }
        }
    }

    static func columns(_ arithmetic: ck_image_arithmetic, _ pass: ck_image_vertical) {
        func element<Element>(_ row: Int, _ x: Int, as type: Element.Type = Element.self) -> Element {
            pass.rows[row]!.assumingMemoryBound(to: type)[x]
        }
        let integers = pass.weights.assumingMemoryBound(to: Int32.self)
        for x in 0..<pass.count {
            switch arithmetic {
            case CK_IMAGE_AREA:
                let weights = pass.weights.assumingMemoryBound(to: Float.self)
                var sum = weights[0] * element(0, x, as: Float.self)
                for k in 1..<max(pass.taps, 1) { sum += weights[k] * element(k, x, as: Float.self) }
                pass.output[x] = byte(sum)
            case CK_IMAGE_LINEAR:
                let above = (integers[0] * Int32(element(0, x, as: Int16.self))) >> 16
                let below = (integers[1] * Int32(element(1, x, as: Int16.self))) >> 16
                pass.output[x] = UInt8(clamping: (above + below + 2) >> 2)
            case CK_IMAGE_CUBIC where x < pass.floats:
                func term(_ k: Int) -> Float {
                    Float(element(k, x, as: Int32.self)) * (Float(integers[k]) * 0x1p-22)
                }
                pass.output[x] = byte(term(0) + (term(1) + (term(2) + term(3))))
            case CK_IMAGE_PILLOW:
                var sum: Int32 = 0
                for k in 0..<pass.taps { sum &+= Int32(element(k, x, as: UInt8.self)) &* integers[k] }
                pass.output[x] = byte(sum)
            default:
                var sum: Int32 = 0
                for k in 0..<pass.taps { sum &+= element(k, x, as: Int32.self) &* integers[k] }
                pass.output[x] = byte(sum)
            }
        }
    }

    /// A sum with 22 fractional bits; half a unit is rounded up.
    private static func byte(_ sum: Int32) -> UInt8 { UInt8(clamping: (sum &+ 1 << 21) >> 22) }

    /// Rounded to nearest, ties to even.
    private static func byte(_ sum: Float) -> UInt8 { UInt8(clamping: Int(sum.rounded(.toNearestOrEven))) }
}
