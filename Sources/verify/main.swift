VerifyCommand.command.run(VerifyCommand.perform)
