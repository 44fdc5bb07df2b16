MetafileTool.family.run()
