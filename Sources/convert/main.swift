ConvertCommand.command.run(ConvertCommand.perform)
