import Commands

Tool.convert.run()
