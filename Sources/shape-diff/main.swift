import Commands

Tool.shapeDiff.run()
