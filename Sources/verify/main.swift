VerifyCommand.command.run(VerifyCommand.perform, fail: VerifyCommand.fail)
