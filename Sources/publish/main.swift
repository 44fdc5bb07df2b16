import Commands

Tool.publish.run()
