PublishCommand.command.run(PublishCommand.perform)
