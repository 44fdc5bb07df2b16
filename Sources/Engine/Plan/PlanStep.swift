import CKernels

/// One operation of a plan, ready for the kernels.
struct PlanStep {
    /// How many tasks it falls into.
    let tasks: Int
    let task: ThreadPool.Task
    let context: UnsafeRawPointer
    /// Keeps alive what `context` points to, and what that points to.
    let owners: [AnyObject]
    /// The operation if it reads the graph's input, whose address a run fills in.
    let input: OperationBox<ck_interleave_f32>?

    /// - Parameters:
    ///   - operation: the struct that `task` reads.
    ///   - owners: owners of the memory that `operation` points to.
    init<Operation>(
        _ operation: Operation, tasks: (UnsafePointer<Operation>) -> Int, _ task: @escaping ThreadPool.Task,
        owners: [AnyObject] = []
    ) {
        let box = OperationBox(operation)
        self.tasks = tasks(box.pointer)
        self.task = task
        context = UnsafeRawPointer(box.pointer)
        self.owners = owners + [box]
        input = box as? OperationBox<ck_interleave_f32>
    }

    /// A step of one task, in Swift.
    init(_ body: @escaping @Sendable () -> Void) {
        let box = OperationBox(body)
        tasks = 1
        task = { context, _, _ in context?.assumingMemoryBound(to: (@Sendable () -> Void).self).pointee() }
        context = UnsafeRawPointer(box.pointer)
        owners = [box]
        input = nil
    }
}

/// A kernel's operation at a fixed address.
final class OperationBox<Operation> {
    let pointer: UnsafeMutablePointer<Operation>

    init(_ operation: Operation) {
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: operation)
    }

    deinit {
        pointer.deinitialize(count: 1)
        pointer.deallocate()
    }
}
