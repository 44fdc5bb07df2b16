DiffCommand.command.run(DiffCommand.perform)
