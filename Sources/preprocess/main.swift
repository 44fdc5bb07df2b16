import Commands

Tool.preprocess.run()
