import Commands

Tool.metafile.run()
