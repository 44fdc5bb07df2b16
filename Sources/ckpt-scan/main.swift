import Commands

Tool.scan.run()
