ScanCommand.command.run(ScanCommand.perform)
