// Written by scripts/make_scan_catalogue.py from the sources of Python's standard library and of omegaconf 2.4.0 and others; not to be edited by hand.

extension GlobalCatalog {
    /// Data classes, enumerations, named tuples and the like.
    static let dataClasses = """
        omegaconf._key_path: NodeInterpolationKey
        omegaconf._missing: _EscapedMissing
        omegaconf._utils: Marker ValueKind _TuplePlaceholder
        omegaconf._yaml: _DefaultMaxYamlExpandedNodes
        omegaconf.base: Box Container Metadata Node SCMode
        omegaconf.errors: ConfigAttributeError ConfigCycleDetectedException ConfigKeyError ConfigTypeError ConfigValueError GrammarParseError InterpolationKeyError InterpolationResolutionError InterpolationToMissingValueError InterpolationValidationError KeyValidationError MissingMandatoryValue OmegaConfBaseException ReadonlyConfigError UnsupportedInterpolationType UnsupportedValueType ValidationError
        omegaconf.grammar.gen.OmegaConfGrammarParserListener: OmegaConfGrammarParserListener
        omegaconf.grammar.gen.OmegaConfGrammarParserVisitor: OmegaConfGrammarParserVisitor
        omegaconf.grammar_parser: OmegaConfErrorListener
        omegaconf.grammar_visitor: GrammarVisitor
        omegaconf.vendor.antlr4.BufferedTokenStream: BufferedTokenStream TokenStream
        omegaconf.vendor.antlr4.CommonTokenFactory: CommonTokenFactory TokenFactory
        omegaconf.vendor.antlr4.CommonTokenStream: CommonTokenStream
        omegaconf.vendor.antlr4.LL1Analyzer: LL1Analyzer
        omegaconf.vendor.antlr4.Lexer: Lexer TokenSource
        omegaconf.vendor.antlr4.ListTokenSource: ListTokenSource
        omegaconf.vendor.antlr4.Parser: TraceListener
        omegaconf.vendor.antlr4.ParserRuleContext: InterpreterRuleContext ParserRuleContext
        omegaconf.vendor.antlr4.PredictionContext: PredictionContext PredictionContextCache
        omegaconf.vendor.antlr4.Recognizer: Recognizer
        omegaconf.vendor.antlr4.RuleContext: RuleContext
        omegaconf.vendor.antlr4.Token: CommonToken Token
        omegaconf.vendor.antlr4.TokenStreamRewriter: TokenStreamRewriter
        omegaconf.vendor.antlr4.atn.ATN: ATN
        omegaconf.vendor.antlr4.atn.ATNConfig: ATNConfig
        omegaconf.vendor.antlr4.atn.ATNDeserializationOptions: ATNDeserializationOptions
        omegaconf.vendor.antlr4.atn.ATNDeserializer: ATNDeserializer
        omegaconf.vendor.antlr4.atn.ATNSimulator: ATNSimulator
        omegaconf.vendor.antlr4.atn.ATNState: ATNState BasicBlockStartState BasicState BlockEndState BlockStartState DecisionState LoopEndState PlusBlockStartState PlusLoopbackState RuleStartState RuleStopState StarBlockStartState StarLoopEntryState StarLoopbackState TokensStartState
        omegaconf.vendor.antlr4.atn.ATNType: ATNType
        omegaconf.vendor.antlr4.atn.LexerATNSimulator: LexerATNSimulator
        omegaconf.vendor.antlr4.atn.LexerAction: LexerAction LexerActionType LexerChannelAction LexerCustomAction LexerIndexedCustomAction LexerModeAction LexerMoreAction LexerPopModeAction LexerPushModeAction LexerSkipAction LexerTypeAction
        omegaconf.vendor.antlr4.atn.ParserATNSimulator: ParserATNSimulator
        omegaconf.vendor.antlr4.atn.PredictionMode: PredictionMode
        omegaconf.vendor.antlr4.atn.SemanticContext: EmptySemanticContext PrecedencePredicate Predicate SemanticContext
        omegaconf.vendor.antlr4.atn.Transition: AbstractPredicateTransition ActionTransition EpsilonTransition PrecedencePredicateTransition PredicateTransition RuleTransition Transition WildcardTransition
        omegaconf.vendor.antlr4.dfa.DFASerializer: DFASerializer LexerDFASerializer
        omegaconf.vendor.antlr4.dfa.DFAState: PredPrediction
        omegaconf.vendor.antlr4.error.DiagnosticErrorListener: DiagnosticErrorListener
        omegaconf.vendor.antlr4.error.ErrorListener: ConsoleErrorListener ErrorListener ProxyErrorListener
        omegaconf.vendor.antlr4.error.ErrorStrategy: BailErrorStrategy DefaultErrorStrategy ErrorStrategy
        omegaconf.vendor.antlr4.error.Errors: CancellationException IllegalStateException LexerNoViableAltException ParseCancellationException RecognitionException UnsupportedOperationException
        omegaconf.vendor.antlr4.tree.Chunk: Chunk TagChunk TextChunk
        omegaconf.vendor.antlr4.tree.ParseTreeMatch: ParseTreeMatch
        omegaconf.vendor.antlr4.tree.ParseTreePattern: ParseTreePattern
        omegaconf.vendor.antlr4.tree.ParseTreePatternMatcher: CannotInvokeStartRule ParseTreePatternMatcher StartRuleDoesNotConsumeFullPattern
        omegaconf.vendor.antlr4.tree.Tree: ErrorNode ErrorNodeImpl ParseTree ParseTreeListener ParseTreeVisitor ParseTreeWalker RuleNode SyntaxTree TerminalNode TerminalNodeImpl Tree
        omegaconf.vendor.antlr4.tree.Trees: Trees
        omegaconf.vendor.antlr4.xpath.XPath: XPath XPathElement XPathRuleAnywhereElement XPathRuleElement XPathTokenAnywhereElement XPathTokenElement XPathWildcardAnywhereElement XPathWildcardElement
        """

    /// Classes whose instances are plain as `__new__` makes them.
    static let instanceClasses = """
        omegaconf.base: ContainerMetadata UnionNode
        omegaconf.grammar.gen.OmegaConfGrammarLexer: OmegaConfGrammarLexer
        omegaconf.grammar.gen.OmegaConfGrammarParser: OmegaConfGrammarParser
        omegaconf.nodes: AnyNode BooleanNode BytesNode EnumNode IntegerNode InterpolationResultNode LiteralNode NoneNode PathNode StringNode ValueNode
        omegaconf.vendor.antlr4.FileStream: FileStream
        omegaconf.vendor.antlr4.InputStream: InputStream
        omegaconf.vendor.antlr4.Parser: Parser
        omegaconf.vendor.antlr4.ParserInterpreter: ParserInterpreter
        omegaconf.vendor.antlr4.PredictionContext: ArrayPredictionContext EmptyPredictionContext SingletonPredictionContext
        omegaconf.vendor.antlr4.StdinStream: StdinStream
        omegaconf.vendor.antlr4.atn.ATNConfig: LexerATNConfig
        omegaconf.vendor.antlr4.atn.LexerATNSimulator: SimState
        omegaconf.vendor.antlr4.atn.SemanticContext: AND OR
        omegaconf.vendor.antlr4.atn.Transition: AtomTransition NotSetTransition RangeTransition SetTransition
        omegaconf.vendor.antlr4.dfa.DFA: DFA
        omegaconf.vendor.antlr4.dfa.DFAState: DFAState
        omegaconf.vendor.antlr4.error.Errors: FailedPredicateException InputMismatchException NoViableAltException
        omegaconf.vendor.antlr4.tree.RuleTagToken: RuleTagToken
        omegaconf.vendor.antlr4.tree.TokenTagToken: TokenTagToken
        omegaconf.vendor.antlr4.xpath.XPathLexer: XPathLexer
        """
}
