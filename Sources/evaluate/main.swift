import Commands

Tool.evaluate.run()
