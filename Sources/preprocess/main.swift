PreprocessCommand.command.run(PreprocessCommand.perform)
