import Commands

WorkbenchCommand.run()
