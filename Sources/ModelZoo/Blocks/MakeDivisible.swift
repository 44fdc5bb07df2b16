/// `channels` rounded to the nearest multiple of `divisor`, up where rounding down would lose more than a tenth.
///
/// Source: `make_divisible` in `mmpretrain/models/utils/make_divisible.py`.
func makeDivisible(_ channels: Double, by divisor: Int) -> Int {
    let rounded = max(divisor, Int(channels + Double(divisor) / 2) / divisor * divisor)
    return Double(rounded) < 0.9 * channels ? rounded + divisor : rounded
}
