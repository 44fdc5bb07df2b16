import Testing

@testable import Pickle

@Suite struct PickleStackTests {
    @Test("what was pushed last comes first, through every growth")
    func order() {
        var stack = PickleStack<Int>()
        #expect(stack.last == nil)
        for number in 0..<5000 { stack.append(number) }
        #expect(stack.count == 5000)
        #expect(stack[1023] == 1023)
        #expect(stack.withValues(from: 4997) { Array($0) } == [4997, 4998, 4999])
        stack.cut(to: 3000)
        #expect(stack.last == 2999)
        for number in (0..<3000).reversed() {
            #expect(stack.removeLast() == number)
        }
        #expect(stack.last == nil)
        #expect(stack.withValues(from: 0) { $0.count } == 0)
    }
}
