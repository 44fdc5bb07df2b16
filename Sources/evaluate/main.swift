EvaluateCommand.command.run(EvaluateCommand.perform)
