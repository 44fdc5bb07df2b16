import Commands

Tool.reparameterize.run()
