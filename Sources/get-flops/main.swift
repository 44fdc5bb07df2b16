GetFlopsCommand.command.run(GetFlopsCommand.perform)
