DifferenceCommand.command.run(DifferenceCommand.perform)
