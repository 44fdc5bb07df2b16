import Commands

Tool.verify.run()
