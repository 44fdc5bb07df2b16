/// One operation of a plan, ready for the kernels.
struct PlanStep {
    /// How many tasks it falls into.
    let tasks: Int
    let task: ThreadPool.Task
    let context: UnsafeRawPointer
    /// Keeps alive what `context` points to, and what that points to.
    let owners: [AnyObject]

    /// - Parameters:
    ///   - operation: the struct that `task` reads.
    ///   - owners: owners of the memory that `operation` points to.
    init<Operation>(
        _ operation: Operation, tasks: (UnsafePointer<Operation>) -> Int, _ task: @escaping ThreadPool.Task,
        owners: [AnyObject] = []
    ) {
        self.init(OperationBox(operation), tasks: tasks, task, owners: owners)
    }

    init<Operation>(
        _ box: OperationBox<Operation>, tasks: (UnsafePointer<Operation>) -> Int, _ task: @escaping ThreadPool.Task,
        owners: [AnyObject] = []
    ) {
        self.tasks = tasks(box.pointer)
        self.task = task
        context = UnsafeRawPointer(box.pointer)
        self.owners = owners + [box]
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
