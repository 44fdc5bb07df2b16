TreeCommand.command.run(TreeCommand.perform)
