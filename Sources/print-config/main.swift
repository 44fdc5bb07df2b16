import Commands

Tool.printConfig.run()
