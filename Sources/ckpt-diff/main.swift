import Commands

Tool.diff.run()
