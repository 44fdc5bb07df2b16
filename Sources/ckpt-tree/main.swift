import Commands

Tool.tree.run()
