import Commands

Tool.flops.run()
