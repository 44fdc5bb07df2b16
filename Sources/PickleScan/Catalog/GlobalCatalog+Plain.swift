// Written by scripts/makers/make_scan_catalogue.py from the sources of Python's standard library and of torch 2.15.0, numpy 2.4.6, scipy 1.17.1, pandas 3.1.1, sklearn 1.9.1, transformers 5.24.0, omegaconf 2.4.0, pytorch_lightning 2.6.6, ultralytics 8.4.190 and others; not to be edited by hand.

extension GlobalCatalog {
    /// Data classes, enumerations, named tuples and the like.
    static let dataClasses = """
        accelerate.commands.config.config_args: BaseConfig SageMakerConfig
        accelerate.commands.menu.helpers: Direction
        accelerate.commands.menu.selection_menu: BulletMenu
        accelerate.commands.to_fsdp2: ConversionStatus
        accelerate.commands.utils: _StoreAction _StoreConstAction _StoreTrueAction
        accelerate.data_loader: BatchSamplerShard DataLoaderStateMixin SkipBatchSampler
        accelerate.hooks: AlignDevicesHook CpuOffload LayerwiseCastingHook ModelHook SequentialHook UserCpuOffloadHook
        accelerate.local_sgd: LocalSGD
        accelerate.logging: MultiProcessAdapter
        accelerate.parallelism_config: ParallelismConfig
        accelerate.scheduler: AcceleratedScheduler
        accelerate.utils.dataclasses: AutocastKwargs BnbQuantizationConfig ComputeEnvironment CustomDtype DataLoaderConfiguration DeepSpeedSequenceParallelConfig DistributedDataParallelKwargs DistributedType FP8BackendType GradScalerKwargs GradientAccumulationPlugin KwargsHandler MSAMPRecipeKwargs ProfileKwargs SageMakerDistributedType TensorInformation TorchTensorParallelPlugin
        accelerate.utils.deepspeed: DeepSpeedEngineWrapper DeepSpeedSchedulerWrapper DummyOptim DummyScheduler
        accelerate.utils.environment: CPUInformation
        accelerate.utils.launch: PrepareForLaunch
        accelerate.utils.megatron_lm: AbstractTrainStep MegatronLMDummyScheduler MegatronLMSchedulerWrapper
        accelerate.utils.offload: PrefixedDataset
        accelerate.utils.operations: CannotPadNestedTensorWarning ConvertOutputsToFp32 DistributedOperationException
        fairseq.benchmark.dummy_dataset: DummyDataset
        fairseq.benchmark.dummy_lm: DummyLMConfig
        fairseq.benchmark.dummy_masked_lm: DummyMaskedLMConfig
        fairseq.benchmark.dummy_mt: DummyDataset
        fairseq.binarizer: AlignmentDatasetBinarizer BinarizeSummary Binarizer FileBinarizer LegacyBinarizer VocabularyDatasetBinarizer
        fairseq.criterions.adaptive_loss: AdaptiveLossConfig
        fairseq.criterions.cross_entropy: CrossEntropyCriterionConfig
        fairseq.criterions.ctc: CtcCriterionConfig
        fairseq.criterions.fastspeech2_loss: FastSpeech2CriterionConfig
        fairseq.criterions.hubert_criterion: HubertCriterionConfig
        fairseq.criterions.label_smoothed_cross_entropy: LabelSmoothedCrossEntropyCriterionConfig
        fairseq.criterions.label_smoothed_cross_entropy_latency_augmented: LabelSmoothedCrossEntropyCriterionLatencyAugmentConfig
        fairseq.criterions.label_smoothed_cross_entropy_with_alignment: LabelSmoothedCrossEntropyCriterionWithAlignmentConfig
        fairseq.criterions.label_smoothed_cross_entropy_with_ctc: LabelSmoothedCrossEntropyWithCtcCriterionConfig
        fairseq.criterions.masked_lm: MaskedLmConfig
        fairseq.criterions.model_criterion: ModelCriterionConfig
        fairseq.criterions.nat_loss: LabelSmoothedDualImitationCriterionConfig
        fairseq.criterions.sentence_prediction: SentencePredictionConfig
        fairseq.criterions.speech_ulm_criterion: SpeechUnitLmCriterionConfig
        fairseq.criterions.tacotron2_loss: Tacotron2CriterionConfig
        fairseq.criterions.wav2vec_criterion: Wav2VecCriterionConfig
        fairseq.data.add_target_dataset: AddTargetDataset
        fairseq.data.audio.feature_transforms: AudioFeatureTransform CompositeAudioFeatureTransform
        fairseq.data.audio.feature_transforms.delta_deltas: DeltaDeltas
        fairseq.data.audio.feature_transforms.specaugment: SpecAugmentTransform
        fairseq.data.audio.feature_transforms.utterance_cmvn: UtteranceCMVN
        fairseq.data.audio.frm_text_to_speech_dataset: FrmTextToSpeechDatasetCreator
        fairseq.data.audio.multi_modality_dataset: LangPairMaskDataset ModalityDatasetItem
        fairseq.data.audio.speech_to_speech_dataset: SpeechToSpeechDatasetCreator SpeechToSpeechDatasetItem
        fairseq.data.audio.speech_to_text_dataset: SpeechToTextDatasetCreator SpeechToTextDatasetItem
        fairseq.data.audio.speech_to_text_joint_dataset: SpeechToTextJointDatasetCreator SpeechToTextJointDatasetItem
        fairseq.data.audio.text_to_speech_dataset: TextToSpeechDatasetCreator TextToSpeechDatasetItem
        fairseq.data.base_wrapper_dataset: BaseWrapperDataset
        fairseq.data.codedataset: Paddings
        fairseq.data.colorize_dataset: ColorizeDataset
        fairseq.data.concat_sentences_dataset: ConcatSentencesDataset
        fairseq.data.dictionary: TruncatedDictionary
        fairseq.data.encoders.byte_bpe: ByteBpeConfig
        fairseq.data.encoders.bytes: Bytes
        fairseq.data.encoders.characters: Characters
        fairseq.data.encoders.fastbpe: fastBPEConfig
        fairseq.data.encoders.gpt2_bpe: GPT2BPEConfig
        fairseq.data.encoders.hf_bert_bpe: BertBPEConfig
        fairseq.data.encoders.hf_byte_bpe: HuggingFaceByteLevelBPEConfig
        fairseq.data.encoders.moses_tokenizer: MosesTokenizerConfig
        fairseq.data.encoders.nltk_tokenizer: NLTKTokenizer
        fairseq.data.encoders.sentencepiece_bpe: SentencepieceConfig
        fairseq.data.encoders.subword_nmt_bpe: SubwordNMTBPEConfig
        fairseq.data.fairseq_dataset: EpochListening FairseqDataset
        fairseq.data.huffman.huffman_coder: HuffmanNode
        fairseq.data.id_dataset: IdDataset
        fairseq.data.iterators: EpochBatchIterating StreamingEpochBatchIterator
        fairseq.data.list_dataset: ListDataset
        fairseq.data.lru_cache_dataset: LRUCacheDataset
        fairseq.data.multi_corpus_sampled_dataset: MultiCorpusSampledDataset
        fairseq.data.multilingual.multilingual_utils: EncoderLangtok LangTokSpec LangTokStyle
        fairseq.data.multilingual.sampled_multi_dataset: CollateFormat
        fairseq.data.multilingual.sampling_method: SamplingMethod
        fairseq.data.num_samples_dataset: NumSamplesDataset
        fairseq.data.numel_dataset: NumelDataset
        fairseq.data.offset_tokens_dataset: OffsetTokensDataset
        fairseq.data.pad_dataset: LeftPadDataset PadDataset RightPadDataset
        fairseq.data.prepend_dataset: PrependDataset
        fairseq.data.raw_label_dataset: RawLabelDataset
        fairseq.data.replace_dataset: ReplaceDataset
        fairseq.data.roll_dataset: RollDataset
        fairseq.data.round_robin_zip_datasets: RoundRobinZipDatasets
        fairseq.data.shorten_dataset: RandomCropDataset TruncateDataset
        fairseq.data.sort_dataset: SortDataset
        fairseq.data.strip_token_dataset: StripTokenDataset
        fairseq.data.text_compressor: TextCompressionLevel TextCompressor
        fairseq.data.transform_eos_lang_pair_dataset: TransformEosLangPairDataset
        fairseq.dataclass.configs: CheckpointConfig CommonConfig CommonEvalConfig DatasetConfig DistributedTrainingConfig EMAConfig EvalLMConfig FairseqBMUFConfig FairseqConfig FairseqDataclass GenerationConfig InteractiveConfig OptimizationConfig
        fairseq.dataclass.utils: omegaconf_no_object_check
        fairseq.distributed.utils: _TensorPlaceholder
        fairseq.file_chunker_utils: ChunkLineIterator Chunker
        fairseq.logging.meters: Meter
        fairseq.logging.progress_bar: BaseProgressBar JsonProgressBar NoopProgressBar SimpleProgressBar
        fairseq.models.hubert.hubert: HubertConfig
        fairseq.models.hubert.hubert_asr: HubertAsrConfig HubertCtcConfig HubertSeq2SeqConfig
        fairseq.models.nat.nonautoregressive_ensembles: _EnsembleModelEncoder
        fairseq.models.transformer.transformer_config: DecoderConfig EncDecBaseConfig QuantNoiseConfig
        fairseq.models.transformer_lm: TransformerLanguageModelConfig
        fairseq.models.transformer_ulm: SpeechUnitLanguageModelConfig
        fairseq.models.wav2vec.wav2vec: Wav2VecConfig
        fairseq.models.wav2vec.wav2vec2: Wav2Vec2Config
        fairseq.models.wav2vec.wav2vec2_asr: Wav2Vec2AsrConfig Wav2Vec2CtcConfig Wav2Vec2Seq2SeqConfig
        fairseq.modules.ema_module: EMAModuleConfig
        fairseq.modules.quantization.pq.em: EmptyClusterResolveError
        fairseq.optim.adam: FairseqAdamConfig
        fairseq.optim.composite: CompositeLRScheduler CompositeOptimizerConfig OptimizerAndSchedulerConfig
        fairseq.optim.cpu_adam: FairseqCPUAdamConfig
        fairseq.optim.dynamic_loss_scaler: DynamicLossScaler
        fairseq.optim.fairseq_optimizer: FairseqOptimizer LegacyFairseqOptimizer
        fairseq.optim.fp16_optimizer: FP16Optimizer MemoryEfficientFP16Optimizer _FP16OptimizerMixin _MemoryEfficientFP16OptimizerMixin
        fairseq.optim.lr_scheduler.cosine_lr_scheduler: CosineLRScheduleConfig
        fairseq.optim.lr_scheduler.fairseq_lr_scheduler: FairseqLRScheduler LegacyFairseqLRScheduler
        fairseq.optim.lr_scheduler.fixed_schedule: FixedLRSchedule FixedLRScheduleConfig
        fairseq.optim.lr_scheduler.inverse_square_root_schedule: InverseSquareRootLRScheduleConfig
        fairseq.optim.lr_scheduler.pass_through: PassThroughScheduleConfig PassThroughScheduleSchedule
        fairseq.optim.lr_scheduler.polynomial_decay_schedule: PolynomialDecayLRScheduleConfig
        fairseq.optim.lr_scheduler.reduce_lr_on_plateau: ReduceLROnPlateauLRScheduleConfig
        fairseq.optim.lr_scheduler.step_lr_scheduler: StepLRScheduleConfig
        fairseq.optim.lr_scheduler.tri_stage_lr_scheduler: TriStageLRScheduleConfig
        fairseq.optim.lr_scheduler.triangular_lr_scheduler: TriangularLRScheduleConfig
        fairseq.optim.nag: FairseqNAG FairseqNAGConfig
        fairseq.optim.sgd: SGD
        fairseq.scoring: BaseScorer
        fairseq.scoring.bertscore: BertScoreScorer BertScoreScorerConfig
        fairseq.scoring.bleu: BleuConfig SacrebleuConfig SacrebleuScorer
        fairseq.scoring.chrf: ChrFScorer ChrFScorerConfig
        fairseq.scoring.meteor: MeteorScorer MeteorScorerConfig
        fairseq.scoring.wer: WerScorerConfig
        fairseq.tasks.audio_finetuning: AudioFinetuningConfig LabelEncoder
        fairseq.tasks.audio_pretraining: AudioPretrainingConfig InferredW2vConfig
        fairseq.tasks.hubert_pretraining: HubertPretrainingConfig LabelEncoder
        fairseq.tasks.language_modeling: LanguageModelingConfig
        fairseq.tasks.masked_lm: MaskedLMConfig
        fairseq.tasks.multilingual_language_modeling: MultilingualLanguageModelingConfig
        fairseq.tasks.online_backtranslation: PiecewiseLinearFn
        fairseq.tasks.sentence_prediction: SentencePredictionConfig
        fairseq.tasks.speech_ulm_task: SpeechUnitModelingConfig
        fairseq.tasks.translation: TranslationConfig
        fairseq.tasks.translation_from_pretrained_xlm: TranslationFromPretrainedXLMConfig
        fairseq.tasks.translation_lev: TranslationLevenshteinConfig
        fairseq.token_generation_constraints: ConstraintNode ConstraintSequence ConstraintState OrderedConstraintState
        hydra._internal.config_loader_impl: ConfigLoaderImpl
        hydra._internal.config_repository: IConfigRepository
        hydra._internal.core_plugins.bash_completion: BashCompletion
        hydra._internal.core_plugins.basic_launcher: BasicLauncher BasicLauncherConf
        hydra._internal.core_plugins.basic_sweeper: BasicSweeper BasicSweeperConf
        hydra._internal.core_plugins.fish_completion: FishCompletion
        hydra._internal.defaults_list: DefaultsList Deletion OverrideMetadata
        hydra._internal.grammar.functions: FunctionCall Functions
        hydra._internal.instantiate._instantiate2: _Keys
        hydra._internal.target_policy: _TargetPolicySnapshot
        hydra.conf: ConfigSourceInfo HelpConf HydraConf HydraHelpConf JobConf OverridesConf RunDir RuntimeConf SweepDir
        hydra.core.config_loader: ConfigLoader
        hydra.core.config_search_path: ConfigSearchPath SearchPathElement SearchPathQuery
        hydra.core.config_store: ConfigNode ConfigStoreWithProvider
        hydra.core.default_element: DefaultsTreeNode GroupDefault InputDefault ResultDefault VirtualRoot
        hydra.core.object_type: ObjectType
        hydra.core.override_parser.overrides_parser: OverridesParser
        hydra.core.override_parser.types: ChoiceSweep Glob IntervalSweep Key Override OverrideType Quote QuotedString RangeSweep Sweep Transformer ValueType
        hydra.core.plugins: ScanStats
        hydra.core.utils: JobReturn JobStatus
        hydra.errors: CompactHydraException ConfigCompositionException Hydra14MigrationWarning HydraDeprecationError HydraException InstantiationException OverrideParseException SearchPathException
        hydra.experimental.callback: Callback
        hydra.plugins.completion_plugin: CompletionPlugin DefaultCompletionPlugin
        hydra.plugins.config_source: ConfigResult
        hydra.plugins.launcher: Launcher
        hydra.plugins.plugin: Plugin
        hydra.plugins.search_path_plugin: SearchPathPlugin
        hydra.plugins.sweeper: Sweeper
        hydra.test_utils.config_source_common_tests: ConfigSourceTestSuite
        hydra.test_utils.launcher_common_tests: BatchedSweeperTestSuite IntegrationTestSuite LauncherTestSuite
        hydra.test_utils.test_utils: TSweepRunner TTaskRunner
        hydra.types: ConvertMode HydraContext RunMode
        lightning_fabric.accelerators.accelerator: Accelerator
        lightning_fabric.accelerators.cpu: CPUAccelerator
        lightning_fabric.accelerators.cuda: CUDAAccelerator
        lightning_fabric.accelerators.mps: MPSAccelerator
        lightning_fabric.accelerators.registry: _AcceleratorRegistry
        lightning_fabric.loggers.logger: Logger _DummyExperiment
        lightning_fabric.plugins.collectives.collective: Collective
        lightning_fabric.plugins.collectives.single_device: SingleDeviceCollective
        lightning_fabric.plugins.collectives.torch_collective: TorchCollective
        lightning_fabric.plugins.environments.cluster_environment: ClusterEnvironment
        lightning_fabric.plugins.environments.kubeflow: KubeflowEnvironment
        lightning_fabric.plugins.environments.lightning: LightningEnvironment
        lightning_fabric.plugins.environments.mpi: MPIEnvironment
        lightning_fabric.plugins.environments.torchelastic: TorchElasticEnvironment
        lightning_fabric.plugins.environments.xla: XLAEnvironment
        lightning_fabric.plugins.io.checkpoint_io: CheckpointIO
        lightning_fabric.plugins.io.torch_io: TorchCheckpointIO
        lightning_fabric.plugins.io.xla: XLACheckpointIO
        lightning_fabric.plugins.precision.double: DoublePrecision
        lightning_fabric.plugins.precision.half: HalfPrecision
        lightning_fabric.plugins.precision.precision: Precision
        lightning_fabric.plugins.precision.transformer_engine: TransformerEnginePrecision
        lightning_fabric.strategies.ddp: DDPStrategy _DDPBackwardSyncControl
        lightning_fabric.strategies.dp: DataParallelStrategy
        lightning_fabric.strategies.fsdp: _FSDPBackwardSyncControl
        lightning_fabric.strategies.launchers.launcher: _Launcher
        lightning_fabric.strategies.launchers.subprocess_script: _SubprocessScriptLauncher
        lightning_fabric.strategies.launchers.xla: _XLALauncher
        lightning_fabric.strategies.model_parallel: ModelParallelStrategy _FSDPNoSync _ParallelBackwardSyncControl
        lightning_fabric.strategies.parallel: ParallelStrategy
        lightning_fabric.strategies.registry: _StrategyRegistry
        lightning_fabric.strategies.strategy: Strategy _BackwardSyncControl _Sharded
        lightning_fabric.strategies.xla: XLAStrategy
        lightning_fabric.strategies.xla_fsdp: XLAFSDPStrategy _XLAFSDPBackwardSyncControl
        lightning_fabric.utilities.apply_func: _TransferableDataType
        lightning_fabric.utilities.data: _WrapAttrTag
        lightning_fabric.utilities.distributed: _DatasetSamplerWrapper _InfiniteBarrier
        lightning_fabric.utilities.exceptions: MisconfigurationException
        lightning_fabric.utilities.init: _EmptyInit
        lightning_fabric.utilities.spike: TrainingSpikeException
        lightning_fabric.utilities.throughput: _MonotonicWindow
        lightning_fabric.utilities.types: CollectibleGroup Optimizable Steppable _Stateful
        lightning_fabric.utilities.warnings: PossibleUserWarning
        lightning_fabric.wrappers: _FabricDataLoader _FabricOptimizer
        mmcv.ops.bias_act: EasyDict
        mmcv.transforms.base: BaseTransform
        mmcv.transforms.formatting: ImageToTensor ToTensor
        mmcv.transforms.loading: LoadAnnotations LoadImageFromFile
        mmcv.transforms.processing: CenterCrop MultiScaleFlipAug Pad RandomGrayscale Resize
        mmcv.transforms.wrappers: KeyMapper RandomApply TransformBroadcaster
        mmcv.video.io: Cache
        mmcv.visualization.color: Color
        mmengine._strategy.colossalai: ColossalAIModelWrapper
        mmengine._strategy.deepspeed: MMDeepSpeedEngineWrapper
        mmengine.analysis.jit_analysis: Statistics
        mmengine.config.utils: ConfigParsingError RemoveAssignFromAST
        mmengine.fileio.backends.base: BaseStorageBackend
        mmengine.fileio.backends.local_backend: LocalBackend
        mmengine.fileio.handlers.base: BaseFileHandler
        mmengine.fileio.handlers.json_handler: JsonHandler
        mmengine.fileio.handlers.pickle_handler: PickleHandler
        mmengine.fileio.handlers.yaml_handler: YamlHandler
        mmengine.hooks.ema_hook: EMAHook
        mmengine.hooks.empty_cache_hook: EmptyCacheHook
        mmengine.hooks.hook: Hook
        mmengine.hooks.iter_timer_hook: IterTimerHook
        mmengine.hooks.naive_visualization_hook: NaiveVisualizationHook
        mmengine.hooks.param_scheduler_hook: ParamSchedulerHook
        mmengine.hooks.runtime_info_hook: RuntimeInfoHook
        mmengine.hooks.sampler_seed_hook: DistSamplerSeedHook
        mmengine.hooks.sync_buffer_hook: SyncBuffersHook
        mmengine.hooks.test_time_aug_hook: PrepareTTAHook
        mmengine.logging.logger: FilterDuplicateWarning
        mmengine.model.weight_init: PretrainedInit
        mmengine.optim.scheduler.lr_scheduler: LRSchedulerMixin
        mmengine.optim.scheduler.momentum_scheduler: MomentumSchedulerMixin
        mmengine.runner.checkpoint: CheckpointLoader
        mmengine.runner.priority: Priority
        mmengine.runner.runner: _SlicedDataset
        mmengine.testing._internal.distributed: TestSkip
        mmengine.utils.dl_utils.time_counter: TimeCounter
        mmengine.utils.progressbar_rich: _Worker
        mmengine.utils.timer: TimerError
        mmengine.visualization.vis_backend: AimVisBackend BaseVisBackend ClearMLVisBackend DVCLiveVisBackend LocalVisBackend MLflowVisBackend NeptuneVisBackend TensorboardVisBackend WandbVisBackend
        mmpretrain.datasets.flamingo: FlamingoFewShotMixin
        mmpretrain.datasets.transforms.auto_augment: AutoContrast BaseAugTransform Brightness ColorTransform Contrast Cutout Equalize GaussianBlur Invert Posterize Rotate Sharpness Shear Solarize SolarizeAdd Translate
        mmpretrain.datasets.transforms.formatting: Collect NumpyToPIL PILToNumpy PackInputs Transpose
        mmpretrain.datasets.transforms.processing: EfficientNetCenterCrop EfficientNetRandomCrop OFAAddObjects RandomCrop RandomErasing RandomResizedCrop RandomResizedCropAndInterpolationWithTwoPic RandomTranslatePad ResizeEdge
        mmpretrain.datasets.transforms.wrappers: MultiView
        mmpretrain.engine.hooks.class_num_check_hook: ClassNumCheckHook
        mmpretrain.engine.hooks.densecl_hook: DenseCLHook
        mmpretrain.engine.hooks.ema_hook: EMAHook
        mmpretrain.engine.hooks.margin_head_hooks: SetAdaptiveMarginsHook
        mmpretrain.engine.hooks.precise_bn_hook: PreciseBNHook
        mmpretrain.engine.hooks.retriever_hooks: PrepareProtoBeforeValLoopHook
        mmpretrain.engine.hooks.simsiam_hook: SimSiamHook
        mmpretrain.engine.hooks.warmup_param_hook: WarmupParamHook
        mmpretrain.engine.schedulers.weight_decay_scheduler: WeightDecaySchedulerMixin
        mmpretrain.evaluation.metrics.voc_multi_label: VOCMetricMixin
        mmpretrain.models.multimodal.flamingo.adapter: FlamingoLMAdapter
        mmpretrain.models.multimodal.ofa.ofa: Trie
        mmpretrain.models.utils.batch_augments.cutmix: CutMix
        mmpretrain.models.utils.batch_augments.mixup: Mixup
        mmpretrain.models.utils.batch_augments.resizemix: ResizeMix
        mmpretrain.models.utils.sparse_modules: SparseHelper
        omegaconf._key_path: NodeInterpolationKey
        omegaconf._missing: _EscapedMissing
        omegaconf._utils: Marker ValueKind _TuplePlaceholder
        omegaconf._yaml: _DefaultMaxYamlExpandedNodes
        omegaconf.base: Box Container Node
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
        omegaconf.vendor.antlr4.PredictionContext: ArrayPredictionContext EmptyPredictionContext PredictionContext PredictionContextCache SingletonPredictionContext
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
        omegaconf.vendor.antlr4.atn.SemanticContext: AND EmptySemanticContext OR PrecedencePredicate Predicate SemanticContext
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
        peft.auto: AutoPeftModel AutoPeftModelForCausalLM AutoPeftModelForFeatureExtraction AutoPeftModelForQuestionAnswering AutoPeftModelForSeq2SeqLM AutoPeftModelForSequenceClassification AutoPeftModelForTokenClassification _BaseAutoPeftModel
        peft.helpers: DoraCaching KappaTuneSelector MontecloraTrainerMixin
        peft.optimizers.riemannian: _RiemannianPreconditioner
        peft.peft_model: TunerLayerStatus TunerModelStatus
        peft.tuners.adamss.asa_callback: AdamssAsaCallback
        peft.tuners.lora.config: ArrowConfig BdLoraConfig CordaConfig EvaConfig KasaConfig LoftQConfig LoraGAConfig LoraRuntimeConfig MontecloraConfig VeloraConfig
        peft.tuners.lora.corda: CordaEigens
        peft.tuners.lora.eva: HashHook _Hook
        peft.tuners.lora.layer: LoraVariant
        peft.tuners.lora.variants: ALoraLinearVariant ArrowLinearVariant BdLoraLinearVariant DoraConv1dVariant DoraConv2dVariant DoraConv3dVariant DoraEmbeddingVariant DoraLinearVariant KasaLinearVariant MiCAEmbeddingVariant MiCALinearVariant MontecloraLinearVariant QALoraLinearVariant VeloraLinearVariant _DoraConvNdVariant
        peft.tuners.multitask_prompt_tuning.config: MultitaskPromptTuningInit
        peft.tuners.p_tuning.config: PromptEncoderReparameterizationType
        peft.tuners.prompt_tuning.config: PromptTuningInit
        peft.tuners.shadow.diffusion_models: DiffusionShadowBackend Flux2ShadowBackend
        peft.tuners.shadow.layers: ShadowCarrier
        peft.tuners.tuners_utils: BaseTunerLayer _ExcludedModule
        peft.tuners.waveft.waverec2d: Wavelet WaveletDetailTuple2d WaveletTensorTuple
        peft.tuners.xlora.layer: XLoraConv2dLayer XLoraEmbeddingLayer XLoraLayer XLoraLinearLayer
        peft.utils.error: NoMatchingPeftModuleError PeftError
        peft.utils.integrations: TpInfo
        peft.utils.peft_types: PeftType TaskType
        peft.utils.quantization_utils: Bnb4bitBackend Bnb8bitBackend ForwardOnlyQuantizationBackend HqqBackend QuantizationBackend TorchaoBackend
        peft.utils.transformers_weight_conversion: FlattenDims PeftConcatenate PermuteDims
        peft.utils.warning: PeftWarning
        pytorch_lightning._graveyard.hpu: HPUAccelerator HPUCheckpointIO HPUParallelStrategy HPUPrecisionPlugin SingleHPUStrategy
        pytorch_lightning.accelerators.accelerator: Accelerator
        pytorch_lightning.accelerators.cpu: CPUAccelerator
        pytorch_lightning.accelerators.cuda: CUDAAccelerator
        pytorch_lightning.accelerators.mps: MPSAccelerator
        pytorch_lightning.callbacks.batch_size_finder: BatchSizeFinder
        pytorch_lightning.callbacks.callback: Callback
        pytorch_lightning.callbacks.checkpoint: Checkpoint
        pytorch_lightning.callbacks.device_stats_monitor: DeviceStatsMonitor
        pytorch_lightning.callbacks.early_stopping: EarlyStoppingReason
        pytorch_lightning.callbacks.finetuning: BackboneFinetuning BaseFinetuning
        pytorch_lightning.callbacks.gradient_accumulation_scheduler: GradientAccumulationScheduler
        pytorch_lightning.callbacks.lr_finder: LearningRateFinder
        pytorch_lightning.callbacks.lr_monitor: LearningRateMonitor
        pytorch_lightning.callbacks.model_summary: ModelSummary
        pytorch_lightning.callbacks.on_exception_checkpoint: OnExceptionCheckpoint
        pytorch_lightning.callbacks.prediction_writer: BasePredictionWriter WriteInterval
        pytorch_lightning.callbacks.progress.progress_bar: ProgressBar
        pytorch_lightning.callbacks.progress.rich_progress: RichProgressBarTheme
        pytorch_lightning.callbacks.rich_model_summary: RichModelSummary
        pytorch_lightning.callbacks.throughput_monitor: ThroughputMonitor
        pytorch_lightning.callbacks.timer: Interval
        pytorch_lightning.cli: _InstantiatorFn
        pytorch_lightning.core.datamodule: LightningDataModule
        pytorch_lightning.core.hooks: CheckpointHooks DataHooks ModelHooks
        pytorch_lightning.core.mixins.hparams_mixin: HyperparametersMixin
        pytorch_lightning.core.module: _TrainerFabricShim
        pytorch_lightning.core.optimizer: LightningOptimizer
        pytorch_lightning.demos.boring_classes: BoringDataModule BoringDataModuleNoLen IterableBoringDataModule
        pytorch_lightning.demos.lstm: SequenceSampler
        pytorch_lightning.demos.transformer: Dictionary
        pytorch_lightning.loggers.logger: DummyLogger Logger
        pytorch_lightning.loggers.neptune: NeptuneLogger
        pytorch_lightning.loops.evaluation_loop: RestartStage
        pytorch_lightning.loops.fetchers: _DataFetcher _DataFetcherWrapper _DataLoaderIterDataFetcher _PrefetchDataFetcher
        pytorch_lightning.loops.fit_loop: RestartStage _FitLoop
        pytorch_lightning.loops.loop: _Loop
        pytorch_lightning.loops.optimization.automatic: Closure _AutomaticOptimization
        pytorch_lightning.loops.optimization.closure: AbstractClosure OutputResult
        pytorch_lightning.loops.optimization.manual: ManualResult
        pytorch_lightning.loops.prediction_loop: _PredictionLoop
        pytorch_lightning.loops.progress: _BaseProgress _BatchProgress _OptimizationProgress _OptimizerProgress _ProcessedTracker _Progress _ReadyCompletedTracker _SchedulerProgress _StartedTracker
        pytorch_lightning.loops.training_epoch_loop: RestartStage _TrainingEpochLoop
        pytorch_lightning.overrides.distributed: _IndexBatchSamplerWrapper
        pytorch_lightning.plugins.io.async_plugin: AsyncCheckpointIO
        pytorch_lightning.plugins.io.wrapper: _WrappingCheckpointIO
        pytorch_lightning.plugins.layer_sync: LayerSync TorchSyncBatchNorm
        pytorch_lightning.plugins.precision.double: DoublePrecision
        pytorch_lightning.plugins.precision.half: HalfPrecision
        pytorch_lightning.plugins.precision.precision: Precision
        pytorch_lightning.plugins.precision.transformer_engine: TransformerEnginePrecision
        pytorch_lightning.profilers.pytorch: RegisterRecordFunction
        pytorch_lightning.strategies.launchers.launcher: _Launcher
        pytorch_lightning.strategies.launchers.subprocess_script: _SubprocessScriptLauncher
        pytorch_lightning.trainer.connectors.callback_connector: _CallbackConnector
        pytorch_lightning.trainer.connectors.checkpoint_connector: _CheckpointConnector
        pytorch_lightning.trainer.connectors.data_connector: _DataConnector _DataHookSelector _DataLoaderSource
        pytorch_lightning.trainer.connectors.logger_connector.fx_validator: _FxValidator
        pytorch_lightning.trainer.connectors.logger_connector.logger_connector: _LoggerConnector
        pytorch_lightning.trainer.connectors.logger_connector.result: _ResultCollection
        pytorch_lightning.trainer.connectors.signal_connector: _HandlersCompose _SignalConnector
        pytorch_lightning.trainer.states: RunningStage TrainerFn TrainerState TrainerStatus
        pytorch_lightning.tuner.lr_finder: _LRCallback _LRFinder
        pytorch_lightning.tuner.tuning: Tuner
        pytorch_lightning.utilities.combined_loader: _MaxSize _MaxSizeCycle _MinSize _ModeIterator
        pytorch_lightning.utilities.enums: GradClipAlgorithmType
        pytorch_lightning.utilities.exceptions: _TunerExitException
        pytorch_lightning.utilities.migration.utils: pl_legacy_patch
        pytorch_lightning.utilities.model_helpers: _ModuleMode
        pytorch_lightning.utilities.types: DistributedDataParallel LRSchedulerConfig LRSchedulerConfigType OptimizerConfig OptimizerLRSchedulerConfig _SizedIterable
        timm.data.auto_augment: AugMixAugment AugmentOp AutoAugment RandAugment
        timm.data.dataset_info: CustomDatasetInfo DatasetInfo DatasetInfoLabelMapper LabelMappingCoverage
        timm.data.loader: _RepeatSampler
        timm.data.mixup: FastCollateMixup Mixup
        timm.data.naflex_dataset: NaFlexCollator
        timm.data.readers.reader: Reader
        timm.data.readers.reader_image_in_tar: TarState
        timm.data.readers.reader_wds: SplitInfo WdsTargetKeyError
        timm.data.scheduled_sampler: ScheduledTransformDataset
        timm.data.target_transforms: MultiLabelTarget
        timm.data.transforms: MaybePILToTensor RandomPad RandomResizedCropAndInterpolation ResizeKeepRatio ToNumpy ToTensor
        timm.layers.format: Format
        timm.layers.interpolate: RegularGridInterpolator
        timm.models._features: FeatureInfo
        timm.models._pretrained: DefaultCfg PretrainedCfg
        timm.models.byobnet: ByoBlockCfg ByoModelCfg LayerFn
        timm.models.cspnet: CspModelCfg CspStagesCfg CspStemCfg
        timm.models.maxxvit: MaxxVitCfg MaxxVitConvCfg
        timm.models.mvitv2: MultiScaleVitCfg
        timm.models.naflexvit: NaFlexVitCfg
        timm.models.nfnet: NfCfg
        timm.models.regnet: RegNetCfg
        timm.models.vitamin: VitCfg VitConvCfg
        timm.optim._optim_factory: OptimInfo OptimizerRegistry
        timm.optim._types: OptimizerCallable
        timm.optim.adan: MultiTensorApply
        timm.utils.checkpoint_saver: CheckpointSaver
        timm.utils.cuda: ApexScaler
        timm.utils.misc: ParseKwargs
        torch: _SymTypingMagic _SymTypingMagicAlsoBool _SymTypingMagicBitwise _TritonLibrary
        torch._appdirs: AppDirs
        torch._custom_op.impl: CustomOp FuncAndLocation
        torch._decomp.decompositions: Reduction
        torch._decomp.decompositions_for_rng: PhiloxStateTracker
        torch._dispatch.python: Lit
        torch._export: ExportDynamoConfig
        torch._export.db.case: ExportCase SupportLevel
        torch._export.db.examples.specialized_attribute: Animal
        torch._export.db.examples.type_reflection_method: A
        torch._export.error: ExportError ExportErrorType InternalError
        torch._export.non_strict_utils: _KeyPath _KeyPathTrie _NonStrictTorchFunctionHandler
        torch._export.pass_base: ExportPassBaseError
        torch._export.pass_infra.node_metadata: NodeMetadata
        torch._export.pass_infra.proxy_value: ProxyValue
        torch._export.passes.add_runtime_assertions_for_constraints_pass: InputDim _AddRuntimeAssertionsForInlineConstraintsPass
        torch._export.passes.collect_tracepoints_pass: CollectTracepointsPass
        torch._export.passes.remove_runtime_assertions: _RemoveRuntimeAssertionsPass
        torch._export.serde.dynamic_shapes: DynamicShapesSpec RootDim
        torch._export.serde.schema: AOTInductorModelPickleData Argument ArgumentKind BufferMutationSpec ComplexValue ConstantValue CustomObjArgument Device ExportedProgram ExternKernelNode ExternKernelNodes GradientToParameterSpec GradientToUserInputSpec Graph GraphArgument GraphModule GraphSignature InputSpec InputToBufferSpec InputToConstantInputSpec InputToCustomObjSpec InputToParameterSpec InputToTensorConstantSpec InputTokenSpec Layout LossOutputSpec MemoryFormat ModuleCallEntry ModuleCallSignature NamedArgument NamedTupleDef Node OptionalTensorArgument OutputSpec OutputTokenSpec ParameterMutationSpec PayloadConfig PayloadMeta RangeConstraint ScalarType SchemaVersion SymBool SymBoolArgument SymExpr SymExprHint SymFloat SymFloatArgument SymInt SymIntArgument TensorArgument TensorMeta TokenArgument UserInputMutationSpec UserInputSpec UserOutputSpec
        torch._export.serde.schema_check: SchemaUpdateError _Commit
        torch._export.serde.serialize: EnumEncoder ExtensionHandler GraphState SerializeError SerializedArtifact _SerializedProgram
        torch._export.serde.union: _Union _UnionTag
        torch._export.verifier: SpecViolationError
        torch._functorch._activation_checkpointing.graph_info_provider: GraphInfoProvider
        torch._functorch._activation_checkpointing.knapsack_evaluator: KnapsackEvaluator
        torch._functorch._activation_offloading.activation_offloading: ReloadNodeInfo ReloadQueueEntry
        torch._functorch._aot_autograd.aot_autograd_result: AOTAutogradResult BundledAOTAutogradCacheArtifact BundledAOTAutogradResult BundledCompiledBackward BundledCompiledForward BundledOutputCodeLoadable CompiledBackward CompiledForward FxGraphCacheLoadable GenericAOTAutogradResult GenericCompiledBackward InductorOutput
        torch._functorch._aot_autograd.autograd_cache: AOTAutogradCache AOTAutogradCacheArtifact BypassAOTAutogradCache FXGraphCacheMiss
        torch._functorch._aot_autograd.codegen: GeneratedSource
        torch._functorch._aot_autograd.descriptors: AOTInput AOTOutput BackwardTokenAOTInput BackwardTokenAOTOutput BufferAOTInput DifferentiableAOTInput DifferentiableAOTOutput DummyAOTInput DummyAOTOutput ForwardTokenAOTInput ForwardTokenAOTOutput GradAOTOutput InputMutationAOTOutput IntermediateBaseAOTOutput MetadataMutationAOTOutput ParamAOTInput PhiloxBackwardBaseOffsetAOTInput PhiloxBackwardSeedAOTInput PhiloxForwardBaseOffsetAOTInput PhiloxForwardSeedAOTInput PhiloxUpdatedBackwardOffsetAOTOutput PhiloxUpdatedForwardOffsetAOTOutput PlainAOTInput PlainAOTOutput SavedForBackwardsAOTOutput SavedForBackwardsNoVcCheckAOTOutput SubclassGetAttrAOTInput SubclassGetAttrAOTOutput SubclassSizeAOTInput SubclassSizeAOTOutput SubclassStrideAOTInput SubclassStrideAOTOutput SyntheticBaseAOTInput TangentAOTInput ViewBaseAOTInput
        torch._functorch._aot_autograd.functional_utils: MetadataKey
        torch._functorch._aot_autograd.graph_capture: _GraphCaptureTracingResult
        torch._functorch._aot_autograd.graph_capture_wrappers: JointFnHandle MutationCounters
        torch._functorch._aot_autograd.graph_compile: InvokeSubgraphHopGraphs
        torch._functorch._aot_autograd.indexed_dict: IndexedDict
        torch._functorch._aot_autograd.runtime_wrappers: AOTDedupeWrapper AOTDispatchAutograd AOTDispatchAutogradCompileSpec AOTDispatchSubclassWrapper AOTSyntheticBaseWrapper AliasOfInputHandler AliasOfIntermediateHandler AutogradLazyBackwardCompileInfo CachedAutogradLazyBackwardCompileInfo DebugAssertWrapper EffectTokensWrapper FakifiedOutWrapper FunctionalizedRngRuntimeWrapper IsInputHandler NoopAliasHandler RuntimeWrapper SerializableCompiledFunction _AOTDispatchAutogradFunctionFactory _AutogradBackwardCompiler _AutogradForwardEpilogue _AutogradRngStateTracker _AutogradSavedState _FirstInvocationContext
        torch._functorch._aot_autograd.schemas: AOTAutogradCacheInfo AOTConfig AOTDispatchCompiler AOTGraphCapture AOTState BackwardSignature CacheableAOTConfig CompilerWrapper FlatFn GraphSignature InductorWrapper InputAliasInfo JointTraceFn JointWithDescriptors MemoryFormatMeta MutationType OpaqueMeta OutputAliasInfo PlainTensorMeta PreppedForAutogradTraceFn SerializableAOTDispatchCompiler SubclassMeta TensorAlias TraceFn
        torch._functorch._aot_autograd.subclass_codegen: _OutputWrapState
        torch._functorch._aot_autograd.subclass_parametrization: SubclassCreationMeta
        torch._functorch._aot_autograd.utils: PytreeThunk
        torch._functorch.autograd_function: CtxCustomSave CtxWithSavedTensors DynamoAutogradFunctionTraceHelper VmapInfo WrappedCtx
        torch._functorch.compile_utils: _ScalarKey
        torch._functorch.fx_minifier: LoadTensorMeta MinifierSanityCheckFailed
        torch._functorch.partitioners: InvalidNodeBase MinCutOptions NodeInfo OpTypes
        torch._functorch.pyfunctorch: FuncTorchInterpreter
        torch._guards: ChainedSource Checkpointable CompileContext CompileId DuplicateInputs GlobalContext Guard GuardBuilderBase GuardEnvExpr GuardSource HopDispatchSetCache HopSubgraphCache InlinedCodeCache InvokeSubgraphReuseCondition InvokeSubgraphReuseEntry ModuleContext SLoc ShapeGuard Source StorageOverlap TraceId
        torch._higher_order_ops._invoke_quant: InvokeQuant
        torch._higher_order_ops.auto_functionalize: AliasViewInfo AsStridedViewInfo FunctionalCallableWithEpilogue NotView SchemaHolder SliceViewInfo ViewInfo
        torch._higher_order_ops.base_hop: FunctionWithNoFreeVars
        torch._higher_order_ops.flat_apply: _ConstantFunction
        torch._higher_order_ops.flex_gemm: FlexGemmOpSpec
        torch._higher_order_ops.invoke_leaf_function: GradientInfo LeafModuleState
        torch._higher_order_ops.invoke_subgraph: OutputMetadata
        torch._higher_order_ops.partitioner: HopGraphMinCutPartitioner
        torch._higher_order_ops.scan: ScanForwardIntermediatesHandlingPolicy
        torch._higher_order_ops.schema: CArgumentGen CFunctionSchemaGen CTypeGen HopArgumentInfo HopArgumentInfoGen HopSchemaGenerator
        torch._higher_order_ops.triton_kernel_wrap: IgnoreUnknownOp Intermediate KernelSideTable Op Param ReadWriteIndexes TensorAccesses TracingTritonHOPifier TritonHOPifier TritonStore TritonStores _KernelAccessOpInfo
        torch._higher_order_ops.utils: FunctionalizeCtxWrapper HopInstance SubgraphCallableWrapper UnsupportedAliasMutationException _VmapCombineFnWrapper
        torch._jit_internal: BroadcastingListCls FunctionModifiers HasGetattr SourceLoader _IgnoreContextManager
        torch._lazy.closure: ClosureHandler
        torch._lazy.device_context: DeviceContext
        torch._lazy.extract_compiled_graph: GraphInputMatcher ReturnValueHandler _CompiledFn
        torch._library.autograd: Info InfoProtocol
        torch._library.effects: EffectType
        torch._library.fake_class_registry: FakeClassRegistry FakeScriptMethod HasStaticMethodFromReal
        torch._library.fake_impl: FakeImplCtx FakeImplHolder
        torch._library.fake_profile: MissingOpProfile OpProfile TensorMetadata
        torch._library.opaque_object: FakeOpaqueObject MemberType _OpaqueTypeInfo
        torch._library.simple_registry: GenericTorchDispatchRuleHolder SimpleLibraryRegistry SimpleOperatorEntry SymmMemArgsHolder
        torch._library.utils: Kernel RegistrationHandle
        torch._logging._internal: LogRegistry LogState
        torch._meta_registrations: GridSamplerInterpolation
        torch._native.aot_manifest: _Coverage
        torch._native.const_tensor_wrapper: ConstTensorWrapper
        torch._native.dsl_registry: DSLModuleProtocol DSLRegistry
        torch._native.flydsl.cache: CachedCompile
        torch._native.flydsl.intrinsics: AtomicOrdering AtomicSyncScope
        torch._native.instrumentation: CompileEvent InstrumentedTritonKernel
        torch._native.ops.reductions.inner_tree_kernel: _Reduction
        torch._native.ops.reductions.inner_tree_plan: InnerTreeParams
        torch._native.ops.reductions.kernel_general: ReduceBlock
        torch._native.ops.reductions.kernel_rowtile: _ItreePlan _RowConfig
        torch._native.ops.reductions.kernel_xcta: FusedTwoStage _XctaConfig
        torch._native.ops.reductions.traits: AMaxOps AMinMaxOps AMinOps AbsMaxOps AbsMinOps AllOps AnyOps ArgMaxOps ArgMinOps CountNonzeroOps MaxDimOps MeanOps MinDimOps NanSumOps NormOps ProdOps SumOps VarMeanOps WelfordOps
        torch._native.ops.topk.cutedsl_kernels: _RegisterTopK
        torch._native.registry: _FilterState _OverrideNode
        torch._numpy._funcs: IndexExpression
        torch._numpy._ndarray: _SupportsDLPack _Unspecified
        torch._numpy._util: UFuncTypeError
        torch._numpy.linalg: LinAlgError
        torch._numpy.testing.utils: IgnoreException _Decorator clear_and_catch_warnings suppress_warnings
        torch._ops: OpOverload OperatorBase TorchBindOpOverload _ModeStackStateForPreDispatch _PyObjectDispatcher
        torch._precompile: Capture MakeFxTracer PrecompileError PrecompiledModule PrecompiledRunnable _Capture
        torch._prims: ELEMENTWISE_PRIM_TYPE_PROMOTION_KIND
        torch._prims.context: TorchRefsMode
        torch._prims_common: CUDARngStateHelper ELEMENTWISE_TYPE_PROMOTION_KIND K REDUCTION_OUTPUT_TYPE_KIND RETURN_TYPE _WorksWithInt
        torch._prims_common.wrappers: elementwise_type_promotion_wrapper
        torch._refs.fft: _CanonicalizeC2rReturn _ShapeAndDims
        torch._sources: ParsedDef
        torch._strobelight.cli_function_profiler: StrobelightCLIFunctionProfiler StrobelightCLIProfilerError
        torch._strobelight.compile_time_profiler: StrobelightCompileTimeProfiler
        torch._subclasses._fake_tensor_utils: _CacheKeyState _DeconstructedSymNode _DeconstructedSymType _InputBackref
        torch._subclasses.fake_tensor: DataDependentOutputException DispatchCacheInfo DynamicOutputShapeException FakeCopyMode FakeTensorConfig FakeTensorConverter FakeTensorDeviceMismatchError MetadataMismatchError SingletonConstant SymNumberMemoDescriptor TensorMetadata UnsupportedFakeTensorException UnsupportedMutationAliasingException UnsupportedOperatorException _BypassDispatchCache _DispatchCacheBypassEntry _DispatchCacheEntryOutputInfo _DispatchCacheKey _DispatchCacheValidEntry
        torch._subclasses.functional_tensor: BaseFunctionalizeAPI CppFunctionalizeAPI FunctorchFunctionalizeAPI PythonFunctionalizeAPI
        torch._subclasses.meta_utils: MetaStorageDesc MetaTensorDesc ViewFunc _CustomViewFunc _FakeTensorViewFunc _MetaTensorCallback _MetaTensorCallbackOptDevice
        torch._subclasses.schema_check_mode: Aliasing Mutation
        torch._tensor_str: __PrinterOptions
        torch._utils: CallbackRegistry KeyErrorMessage _Block _ClassPropertyDescriptor _Frame _LazySeedTracker _Segment _Snapshot _TraceEntry
        torch._vendor.packaging._structures: InfinityType NegativeInfinityType
        torch._vendor.packaging.version: InvalidVersion _BaseVersion _Version
        torch._vendor.quack.cache.async_compile: PoolPayload suppress_pool
        torch._vendor.quack.cute_dsl_utils: ParamsBase
        torch._vendor.quack.dsl.smem_struct: Reserved
        torch._vendor.quack.dsl.torch_library_op: _EagerBypassOp
        torch._vendor.quack.epilogue.frontend: EpiPlan StaticEpi _FragmentEpiModMixin
        torch._vendor.quack.epilogue.head_rmsnorm: HeadRstd
        torch._vendor.quack.epilogue.math: F2 Pair
        torch._vendor.quack.epilogue.mixin: ComposableEpiMixin
        torch._vendor.quack.epilogue.ops: ColVecLoad ColVecReduce ColVecSelect DStore EpiContext EpiOp EpiSmemBytes GroupedColStatsBase GroupedColStatsOut OnlineLSEReduce RowVecLoad RowVecReduce Scalar TileLoad TileStore VecLoad VecReduce _TileLoadState
        torch._vendor.quack.epilogue.quantize_out: BlockScaleFactorStore _SfdColLoopState _SfdColState _SfdRowLoopState _SfdRowState
        torch._vendor.quack.epilogue.rotary: RotaryCosSinLoad RotaryCosSinLoadHost RotaryCosSinTMALoad
        torch._vendor.quack.epilogue.visit: _EpiModMixinBase
        torch._vendor.quack.gemm: AllGatherArguments _GemmPlan
        torch._vendor.quack.gemm_base: GemmBase GemmTmaBase NamedBarrierGemm
        torch._vendor.quack.gemm_config: GemmConfig SplitKMode
        torch._vendor.quack.gemm_default_epi: GemmDefaultEpiMixin
        torch._vendor.quack.gemm_iface: Canon IfacePlan VariantSpec
        torch._vendor.quack.gemm_interface: _GemmIfacePlan _Operand
        torch._vendor.quack.gemm_runtime.autotune: ModProblem TunedModGemm
        torch._vendor.quack.gemm_runtime.host: FakeArgCtx GemmEpiPlan
        torch._vendor.quack.gemm_runtime.identity: GemmClassRef LocalModRegistry TransformARef
        torch._vendor.quack.gemm_symmetric: GemmSymmetricMixin _GemmSymmetricPlan
        torch._vendor.quack.operand_transform.formats: DecodeFormat Fp8 Int4 Int4Awq Int4B8 Int4Sm Int4SmFold Int8 Mxfp4 Mxfp8 Nvfp4 Qtip Qtip2 Qtip2S
        torch._vendor.quack.operand_transform.frontend: PackedInput ResolvedOperands TransformModBase
        torch._vendor.quack.operand_transform.kinds: SeedKind StripKind _StripArg _StripAux
        torch._vendor.quack.operand_transform.transform: AuxKTileStrip AuxOperandA TransformA TransformADropout TransformAOperand
        torch._vendor.quack.pipeline: _PipelineIndexPhaseMixin
        torch._vendor.quack.reduction_base: ReductionBase
        torch._vendor.quack.rms_final_reduce: RmsFinalReduce
        torch._vendor.quack.rmsnorm_config: RmsNormBwdConfig RmsNormFwdConfig
        torch._vendor.quack.rounding: RoundingMode
        torch._vendor.quack.split_k_reduce: SplitKReduce
        torch._vendor.quack.sync.barrier: Semaphore
        torch._vendor.quack.tile_scheduler: AgParams AgSchedulerArguments PersistenceMode RasterOrder RasterOrderOption TileScheduler TileSchedulerArguments TileSchedulerOptions TriangularTileScheduler VarlenMTileScheduler VarlenMTileSchedulerArguments
        torch._vendor.quack.varlen_utils: VarlenArguments
        torch.accelerator: device_index
        torch.amp.grad_scaler: _MultiDeviceReplicator
        torch.ao.ns.fx.graph_matcher: GraphMatchingException SubgraphTypeRelationship _NSGraphMatchableSubgraphsIterator
        torch.ao.ns.fx.ns_types: NSSingleResultValuesType NSSubgraph
        torch.ao.ns.fx.qconfig_multi_mapping: QConfigMultiMapping
        torch.ao.ns.fx.utils: NodeInputOrOutputType
        torch.ao.pruning._experimental.data_sparsifier.lightning.callbacks.data_sparsity: PostTrainingDataSparsity TrainingAwareDataSparsity
        torch.ao.pruning._experimental.pruner.parametrization: BiasHook
        torch.ao.quantization.backend_config.backend_config: BackendConfig BackendPatternConfig DTypeConfig DTypeWithConstraints ObservationType
        torch.ao.quantization.fx._model_report.detector: DetectorBase DetectorQConfigInfo DynamicStaticDetector InputWeightEqualizationDetector OutlierDetector PerChannelDetector
        torch.ao.quantization.fx._model_report.model_report_visualizer: ModelReportVisualizer
        torch.ao.quantization.fx.custom_config: ConvertCustomConfig FuseCustomConfig PrepareCustomConfig StandaloneModuleConfigEntry
        torch.ao.quantization.fx.fuse_handler: DefaultFuseHandler FuseHandler
        torch.ao.quantization.fx.tracer: ScopeContextManager
        torch.ao.quantization.fx.utils: ObservedGraphModuleAttrs
        torch.ao.quantization.observer: Granularity MappingType PerAxis PerBlock PerGroup PerRow PerTensor PerToken TorchAODType ZeroPointDomain _PartialWrapper
        torch.ao.quantization.qconfig_mapping: QConfigMapping
        torch.ao.quantization.quant_type: QuantType
        torch.ao.quantization.utils: MatchAllNode
        torch.autograd.forward_ad: UnpackedDualTensor dual_level
        torch.autograd.function: FunctionCtx _HookMixin
        torch.autograd.grad_mode: _unsafe_preserve_version_counter
        torch.autograd.gradcheck: GradcheckError
        torch.autograd.graph: GradientEdge Node _Handle node_creation_hook saved_tensors_hooks
        torch.autograd.profiler: EnforceUnique KinetoStepTracker _EnforceUnique _ProfilerStats emit_itt emit_nvtx record_function
        torch.autograd.profiler_util: EventList EventMetadata FormattedTimesMixin FunctionEventAvg Interval
        torch.backends: ContextProp
        torch.backends._coreml.preprocess: CoreMLComputeUnit CoreMLQuantizationMode ScalarType
        torch.backends._nnapi.serializer: ConvPoolArgs2d DimOrder NNAPI_FuseCode NNAPI_OperandCode NNAPI_OperationCode Operand OperandValueSourceType TorchScalarTypes _NnapiSerializer
        torch.backends.cuda: cuFFTPlanCache cuFFTPlanCacheAttrContextProp
        torch.backends.cudnn.rnn: ContextProp Unserializable
        torch.backends.mkl: verbose
        torch.backends.mkldnn: verbose
        torch.backends.python_native: DSLController
        torch.backends.quantized: _QEngineProp _SupportedQEnginesProp
        torch.backends.xeon.run_cpu: _Launcher
        torch.backends.xnnpack: _XNNPACKEnabled
        torch.compiler._cache: CacheArtifact CacheArtifactFactory CacheArtifactManager CacheArtifactRecorder
        torch.compiler._precompile_types: GuardFact PrecompileSummary
        torch.cpu: Event Stream StreamContext
        torch.cuda: DeferredCudaCallError _CompatInterval _CompatSet _DeviceGuard _StrayContextCheckType _WrappedTritonKernel cudaStatus
        torch.cuda._graph_annotations: _GraphAnnotations _KernelScope
        torch.cuda._memory_viz: Bytes
        torch.cuda._sanitizer: Access AccessType ArgumentHandler CUDASanitizerErrors EventHandler SynchronizationError TensorInfo UnsynchronizedAccessError _TensorsAccessed
        torch.cuda._utils: _CudaKernel
        torch.cuda.graphs: _RetainedCallbacks
        torch.cuda.green_contexts: SMPartition
        torch.cuda.memory: _CUDAAllocator
        torch.cuda.nvtx: _NVTXStub
        torch.cuda.tunable: _ScaledGemmOptions
        torch.distributed: _Stub
        torch.distributed._checkpointable: _Checkpointable
        torch.distributed._composable.checkpoint_activation: _CheckpointState
        torch.distributed._composable.contract: RegistryItem _ContractFn
        torch.distributed._composable.replicate: DDP
        torch.distributed._composable.replicate_with_fsdp: ReplicateModule _ReplicateState _ReplicateStateContext
        torch.distributed._composable_state: _State
        torch.distributed._functional_collectives: _LegacyToFunctionalCollectiveMode
        torch.distributed._local_tensor: _LocalDeviceHandle _LocalDeviceMesh _LocalDist _LocalRandom
        torch.distributed._mesh_layout: _MeshLayout
        torch.distributed._pycute.layout: LayoutBase
        torch.distributed._pycute.typing: Integer
        torch.distributed._serialization: _Entry _PseudoZipFile
        torch.distributed._shard.sharded_tensor.metadata: MEM_FORMAT_ENCODING ShardedTensorMetadata TensorProperties
        torch.distributed._shard.sharder: Sharder
        torch.distributed._shard.sharding_plan.api: ShardingPlan ShardingPlanner
        torch.distributed._shard.sharding_spec.api: DevicePlacementSpec PlacementSpec ShardingSpec
        torch.distributed._state_dict_utils: CompanionMismatch _TensorInfo
        torch.distributed._symmetric_memory: _ScaleMode
        torch.distributed._symmetric_memory._nvshmem_triton: NvshmemKernelRegistry NvshmemLibFinder
        torch.distributed._symmetric_memory._rocshmem_triton: RocshmemKernelRegistry RocshmemLibFinder
        torch.distributed._symmetric_memory._shmem_triton_utils: ShmemKernelRegistry
        torch.distributed._token_switch: Routing TokenSwitch
        torch.distributed._tools.fake_collectives: CollectiveOp
        torch.distributed._tools.fsdp2_mem_tracker: _FSDPModMemStats _FSDPModState _FSDPRefType _FSDPState _SavedFSDPMethods
        torch.distributed._tools.ilp_utils: ModOrder ModRuntime ModStats ModuleInfo Node
        torch.distributed._tools.mem_tracker: _MemRefType _ModMemStats _ModState _RefType _State _UpdateType
        torch.distributed._tools.sac_estimator: MSPS SACGreedyOrderMeta SACStats SACTradeOffStats _SACMetadata _SACModMetadata
        torch.distributed._tools.sac_ilp: SACDecision
        torch.distributed._transport._api: Memory MemoryView MutableMemoryView RemoteBuffer
        torch.distributed._transport._serialization: _WireDescriptor
        torch.distributed._transport.nixl._memory: NIXLMemory NIXLMemoryView NIXLMutableMemoryView NIXLRemoteBuffer _Registration
        torch.distributed._watchdog: _StreamMonitor
        torch.distributed.algorithms._checkpoint.checkpoint_wrapper: CheckpointImpl
        torch.distributed.algorithms._optimizer_overlap.optimizer_overlap: OverlappedOptimizer
        torch.distributed.algorithms._quantization.quantization: DQuantType
        torch.distributed.algorithms.ddp_comm_hooks: DDPCommHookType
        torch.distributed.algorithms.ddp_comm_hooks.mixed_precision_hooks: _AllreduceUpcastHookState
        torch.distributed.algorithms.ddp_comm_hooks.optimizer_overlap_hooks: _OptimInBackwardHookState
        torch.distributed.algorithms.join: JoinHook _JoinConfig
        torch.distributed.algorithms.model_averaging.averagers: ModelAverager PeriodicModelAverager
        torch.distributed.argparse_util: check_env env
        torch.distributed.autograd: context
        torch.distributed.checkpoint._async_executor: _AsyncCheckpointExecutor
        torch.distributed.checkpoint._async_process_executor: _AsyncCheckpointRequest _CheckpointSaveProcessControlOpts
        torch.distributed.checkpoint._checkpointer: _Checkpointer
        torch.distributed.checkpoint._consolidate_hf_safetensors: _FqnData _InputFileData _OutputFileData
        torch.distributed.checkpoint._experimental.barriers: Barrier BarrierConfig DistBarrier
        torch.distributed.checkpoint._experimental.checkpoint_process: CheckpointProcessConfig RequestType WorkerRequest WorkerResponse
        torch.distributed.checkpoint._experimental.checkpoint_writer: CheckpointWriter CheckpointWriterConfig WriterHook
        torch.distributed.checkpoint._experimental.checkpointer: AsyncCheckpointer Checkpointer SyncCheckpointer
        torch.distributed.checkpoint._experimental.config: CheckpointerConfig
        torch.distributed.checkpoint._experimental.staging: CheckpointStager CheckpointStagerConfig
        torch.distributed.checkpoint._experimental.types: RankInfo
        torch.distributed.checkpoint._extension: Extension StreamTransformExtension
        torch.distributed.checkpoint._hf_utils: _HFStorageInfo
        torch.distributed.checkpoint._pg_transport: PGTransport _DTensorMeta _ShardedTensorMeta _StateDictMeta _TensorMeta
        torch.distributed.checkpoint.default_planner: DefaultLoadPlanner _EmptyStateDictLoadPlanner
        torch.distributed.checkpoint.filesystem: FileSystem FileSystemBase SerializationFormat _SerialCpuLoader _StorageInfo _StoragePrefix _StorageReaderTransforms _StorageWriterTransforms _TensorLoader
        torch.distributed.checkpoint.format_utils: BroadcastingTorchSaveReader DynamicMetaLoadPlanner FormatMode
        torch.distributed.checkpoint.fsspec_filesystem: _FileSystem
        torch.distributed.checkpoint.metadata: BytesStorageMetadata ChunkStorageMetadata Metadata StorageMeta TensorProperties TensorStorageMetadata _MEM_FORMAT_ENCODING
        torch.distributed.checkpoint.optimizer: _ReaderWithOffset
        torch.distributed.checkpoint.planner: BytesIOWriteData LoadItemType LoadPlan LoadPlanner ReadItem SavePlan SavePlanner TensorWriteData WriteItem WriteItemType
        torch.distributed.checkpoint.protocol: CheckpointableTensor
        torch.distributed.checkpoint.staging: AsyncStager BlockingAsyncStager StagingOptions
        torch.distributed.checkpoint.state_dict: StateDictOptions _EXTRA_STATE _StateDictInfo
        torch.distributed.checkpoint.state_dict_saver: AsyncCheckpointerType AsyncSaveResponse
        torch.distributed.checkpoint.stateful: Stateful
        torch.distributed.checkpoint.storage: StorageReader StorageWriter WriteResult
        torch.distributed.collective_utils: SyncPayload
        torch.distributed.debug._debug_handlers: C10dHealthCheckHandler FlightRecorderHandler IndexHandler ProfilerHandler PySpyHandler StacksHandler TCPStoreHandler TorchCommsFlightRecorderHandler TorchCommsHealthCheckHandler WaitCountersHandler
        torch.distributed.debug._frontend: DebugHandler NavLink PeriodicDumper Response Route
        torch.distributed.device_mesh: _DeviceMeshStub
        torch.distributed.distributed_c10d: Backend P2POp _CoalescingManager _CollOp _TimeEstimator _TorchComm _World
        torch.distributed.flight_recorder.components.types: Collective Database EntryState Group MatchInfo MatchState MatchStateRecord Membership NCCLCall Ref Traceback TypeInfo
        torch.distributed.fsdp._common_utils: HandleTrainingState TrainingState _FSDPDeviceHandle _FSDPState _UninitializedDeviceHandle
        torch.distributed.fsdp._debug_utils: SimpleProfiler
        torch.distributed.fsdp._exec_order_utils: _ExecOrderData _ExecOrderWarnStatus
        torch.distributed.fsdp._flat_param: FlatParamShardMetadata HandleShardingStrategy ParamInfo SharedParamInfo _ShardParamInfo
        torch.distributed.fsdp._fsdp_extensions: FSDPExtensions
        torch.distributed.fsdp._fully_shard._fsdp_api: AllGather CPUOffloadPolicy Comm DataParallelMeshDims MixedPrecisionPolicy OffloadPolicy ReduceScatter
        torch.distributed.fsdp._fully_shard._fsdp_collectives: AllGatherResult DefaultAllGather DefaultAllocMixin DefaultReduceScatter ProcessGroupAllocAllGather ProcessGroupAllocMixin ProcessGroupAllocReduceScatter
        torch.distributed.fsdp._fully_shard._fsdp_common: DataParallelMeshInfo ShardPlacementResult TrainingState
        torch.distributed.fsdp._fully_shard._fsdp_param: ExtensionsData ParamModuleInfo ShardedState
        torch.distributed.fsdp._fully_shard._fsdp_param_group: AllGatherState AllReduceState FSDPCommContext ReduceScatterState _GradientReductionState
        torch.distributed.fsdp._fully_shard._fsdp_state: FSDPState FSDPStateContext
        torch.distributed.fsdp._fully_shard._fully_shard: FSDPModule GradientReductionHandle UnshardHandle _GradientReductionHandleImpl _UnshardHandleImpl
        torch.distributed.fsdp._optim_utils: FSDPParamInfo StateInfo _ConsolidatedOptimState _OptimStateKey _PosDimTensorInfo
        torch.distributed.fsdp._runtime_utils: _PrefetchMode
        torch.distributed.fsdp._trace_utils: TracingConfig _ExecOrderTracer _ExecutionInfo _ParamUsageInfo
        torch.distributed.fsdp.api: BackwardPrefetch CPUOffload FullOptimStateDictConfig FullStateDictConfig LocalOptimStateDictConfig LocalStateDictConfig MixedPrecision OptimStateDictConfig ShardedOptimStateDictConfig ShardedStateDictConfig ShardingStrategy StateDictConfig StateDictSettings StateDictType
        torch.distributed.fsdp.fully_sharded_data_parallel: OptimStateKeyType
        torch.distributed.fsdp.wrap: CustomPolicy ModuleWrapPolicy _ConfigAutoWrap _Policy
        torch.distributed.launcher.api: elastic_launch
        torch.distributed.nn.jit.instantiator: _StringLoader
        torch.distributed.optim.zero_redundancy_optimizer: _DDPBucketAssignment _OverlapInfo _OverlapStatus _ZeROJoinHook
        torch.distributed.pipelining._IR: MultiUseParameterConfig PipeSplitWrapper SplitPoint _NodeReference
        torch.distributed.pipelining._recv_buffers: _RecvInfo
        torch.distributed.pipelining._schedule_visualizer: OpKey _ComputationTypeVisual
        torch.distributed.pipelining._utils: GetMeshCallback InferenceMode PipeInfo PipeliningMetadataError _DTensorMeta _MeshCache _StageBackwardMeta _StageForwardMeta _StageMeta _TensorMeta
        torch.distributed.pipelining.microbatch: TensorChunkSpec _CustomReducer _LossReducer _Replicate
        torch.distributed.pipelining.schedules: _Action _ComputationType _CustomFunctionProtocol _PendingSend _PendingSendTracker _PipelineContext
        torch.distributed.pipelining.stage: PipelineStageInfo _ForwardChunkState
        torch.distributed.run: _PrintCompletionAction
        torch.distributed.tensor._collective_utils: MeshTopoInfo
        torch.distributed.tensor._decompositions: DecompShardingStrategy
        torch.distributed.tensor._dispatch: OpDispatcher
        torch.distributed.tensor._dtensor_spec: ShardOrderEntry _StridedShardNotDecodableError
        torch.distributed.tensor._op_schema: OpInfo OpSpec OpStrategy OutputSharding RuntimeSchemaInfo StrategyType TupleStrategy
        torch.distributed.tensor._ops._einsum_strategy: EinsumDims
        torch.distributed.tensor._ops._mask_buffer: MaskBuffer
        torch.distributed.tensor._ops._math_ops: NormReduction Reduction _NormPartial
        torch.distributed.tensor._ops._view_ops: Broadcast ClaimedDim DimSpec Flatten InputDim NewDim Repeat Singleton Split _ViewShardingPropagator
        torch.distributed.tensor._ops.single_dim_strategy: _PQEntry _ShardingPlaceholder _SingleDimStrategyInfo
        torch.distributed.tensor._ops.strategy_validation: ComparisonStats Discrepancy _AtenFalsePositiveMitigations _FalsePositiveMitigations
        torch.distributed.tensor._redistribute: _BackwardDtypeConfig _DtypeConfig _TransformInfo
        torch.distributed.tensor._utils: ExplicitRedistributionContext
        torch.distributed.tensor.experimental._context_parallel._attention: _AllGatherRotater _AllToAllRotater _AttentionOp _CausalBehavior _ContextParallel _ContextParallelOptions _DispatchMode _RingRotater _RotateMethod _SDPAMerger
        torch.distributed.tensor.experimental._context_parallel._load_balancer: _HeadTailLoadBalancer _LoadBalancer _PTRRLoadBalancer _PerDocumentHeadTailLoadBalancer
        torch.distributed.tensor.parallel.style: ColwiseParallel ParallelStyle PrepareModuleInput PrepareModuleInputOutput PrepareModuleOutput RowwiseParallel SequenceParallel
        torch.distributed.tensor.placement_types: _MaskPartial _StridedShardOffsetMode
        torch.distributions.constraint_registry: ConstraintRegistry
        torch.distributions.constraints: Constraint MixtureSameFamilyConstraint _Boolean _Cat _CorrCholesky _Dependent _GreaterThan _GreaterThanEq _HalfOpenInterval _IndependentConstraint _IntegerGreaterThan _IntegerInterval _IntegerLessThan _Interval _LessThan _LowerCholesky _LowerTriangular _Multinomial _OneHot _PositiveDefinite _PositiveSemidefinite _Real _Simplex _Square _Stack _Symmetric
        torch.distributions.kl: _Match
        torch.distributions.transforms: AbsTransform CorrCholeskyTransform CumulativeDistributionTransform ExpTransform LowerCholeskyTransform PositiveDefiniteTransform SigmoidTransform SoftmaxTransform SoftplusTransform StickBreakingTransform TanhTransform Transform _InverseTransform
        torch.distributions.utils: lazy_property
        torch.export._draft_export: DraftExportReport ExpressionCreatedNode FailureReport FailureType LogRecord
        torch.export._safeguard: AutogradStateOpsFailSafeguard
        torch.export._trace: ATenExportArtifact ExportArtifact ExportDynamoConfig _ExportModuleSpecTrackerDict _ExportSafeToReorder
        torch.export.custom_obj: ScriptObjectMeta
        torch.export.dynamic_shapes: AdditionalInputs ShapesCollection _Constraint _ConstraintTarget _DerivedConstraint _DimHint _DimHintType _IntWrapper _PhantomRoot _RelaxedConstraint
        torch.export.experimental: _ExportMethod _ExportPackage
        torch.export.exported_program: ModuleCallEntry ModuleCallSignature
        torch.export.graph_signature: ConstantArgument CustomObjArgument ExportBackwardSignature InputKind InputSpec OutputKind OutputSpec SymBoolArgument SymFloatArgument SymIntArgument TensorArgument TokenArgument
        torch.export.pt2_archive._package: AOTICompiledModel PT2ArchiveContents
        torch.export.pt2_archive._package_weights: Weights
        torch.export.unflatten: FlatArgsAdapter _AttrKind _SubmoduleBase _SubmoduleEntry _TensorID
        torch.fx._graph_pickler: Options _GraphPickleData _OpFunctionPickleData _OpOverloadPacketPickleData _OpOverloadPickleData _OpPickleData _OpStrPickleData _ShapeEnvPickleData _SymNodePickleData _TorchNumpyPickleData _TracingContextPickleData _UnpickleState
        torch.fx._symbolic_trace: PHBase PHWithMeta _PatchedFn _PatchedFnDel _PatchedFnSetAttr _PatchedFnSetItem _Patcher
        torch.fx.graph: CodeGen PythonCode _BoxedCodeGen _CustomBuiltin _ExportCodeGen _InsertPoint _Namespace _ParsedStackTrace _PyTreeCodeGen _PyTreeInfo _node_list
        torch.fx.graph_module: _EvalCacheLoader _WrappedCall
        torch.fx.operator_schemas: ArgsKwargsPair _FakeGlobalNamespace
        torch.fx.passes.backends.cudagraphs: CudaGraphsSupport
        torch.fx.passes.dialect.common.cse_pass: CSEPass
        torch.fx.passes.graph_manipulation: size_bytes
        torch.fx.passes.infra.partitioner: CapabilityBasedPartitioner
        torch.fx.passes.infra.pass_base: PassBase
        torch.fx.passes.infra.pass_manager: PassManager
        torch.fx.passes.net_min_base: FxNetMinimizerBadModuleError FxNetMinimizerResultMismatchError FxNetMinimizerRunFuncError _MinimizerSettingBase
        torch.fx.passes.operator_support: OpSupports OperatorSupport OperatorSupportBase
        torch.fx.passes.pass_manager: PassManager
        torch.fx.passes.regional_inductor: _RegionScooper
        torch.fx.passes.reinplace: _ViewType
        torch.fx.passes.shape_prop: TensorMetadata
        torch.fx.passes.split_module: Partition
        torch.fx.passes.split_utils: Component
        torch.fx.passes.splitter_base: FxNetSplitterInternalError NodeEvent NodeEventTracker SplitResult Subgraph
        torch.fx.passes.tools_common: FxNetAccFusionsFinder
        torch.fx.passes.utils.matcher_utils: InternalMatch
        torch.fx.passes.utils.source_matcher_utils: SourcePartition
        torch.fx.proxy: Scope ScopeContextManager TraceError TracerBase
        torch.fx.subgraph_rewriter: Match ReplacedPatterns
        torch.fx.tensor_type: TensorType _DynType
        torch.fx.traceback: NodeSourceAction
        torch.jit: strict_fusion
        torch.jit._check: AttributeTypeIsSupportedChecker
        torch.jit._ir_utils: _InsertPoint
        torch.jit._recursive: ConcreteTypeStore
        torch.jit._trace: TracerWarning _ExportOutcome _ExportType
        torch.jit.annotations: Module
        torch.jit.mobile: LiteScriptModule
        torch.monitor: TensorboardEventHandler
        torch.mtia: DeferredMtiaCallError
        torch.nested._internal.nested_int: NestedIntNode
        torch.nn.attention._fa3: _FA3Handle
        torch.nn.attention._fa4: _FA4Handle
        torch.nn.attention._registry: FlashAttentionHandle
        torch.nn.attention.bias: CausalVariant
        torch.nn.attention.experimental._scaled_dot_product_attention_quantized: DescaleType
        torch.nn.attention.flex_attention: AuxOutput AuxRequest _CallableLeaf _ExtractedLeaf _MaskModWrapper _ModificationType _PlainFunction _StrippedClosure _StrippedPartial
        torch.nn.attention.varlen: AuxRequest
        torch.nn.modules.lazy: _LazyProtocol
        torch.nn.modules.linear_cross_entropy: _ChunkContext _ChunkViews
        torch.nn.parallel.distributed: _BucketCapacityConfig _BufferCommHook _BufferCommHookLocation _MixedPrecision
        torch.nn.parameter: UninitializedTensorMixin
        torch.nn.utils._expanded_weights.expanded_weights_impl: ExpandedWeight
        torch.nn.utils._named_member_accessor: NamedMemberAccessor
        torch.nn.utils.parametrizations: _OrthMaps
        torch.nn.utils.prune: BasePruningMethod
        torch.nn.utils.rnn: PackedSequence_
        torch.numa.binding: AffinityMode NumaOptions
        torch.onnx._internal.exporter._analysis: ModelInfo
        torch.onnx._internal.exporter._capture_strategies: Result
        torch.onnx._internal.exporter._errors: ConversionError DispatchError GraphConstructionError TorchExportError
        torch.onnx._internal.exporter._input_observer: InputObserverInfo
        torch.onnx._internal.exporter._onnx_program: ONNXProgram
        torch.onnx._internal.exporter._registration: ONNXRegistry
        torch.onnx._internal.exporter._reporting: ExportStatus
        torch.onnx._internal.exporter._verification: VerificationInfo
        torch.onnx._internal.fx._pass: GraphModuleOnnxMeta PackageInfo
        torch.onnx._internal.fx.passes.type_promotion: AllOrAnyReductionTypePromotionRule DivElementwiseTypePromotionRule ElementwiseTypePromotionRule ElementwiseTypePromotionRuleSetGenerator ReductionTypePromotionRule SumLikeReductionTypePromotionRule TypePromotionRule TypePromotionSnapshot
        torch.onnx._internal.torchscript_exporter._experimental: ExportOptions
        torch.onnx._internal.torchscript_exporter._globals: _InternalGlobals
        torch.onnx._internal.torchscript_exporter._type_utils: JitScalarType
        torch.onnx._internal.torchscript_exporter.jit_utils: GraphContext
        torch.onnx._internal.torchscript_exporter.registration: OverrideDict SymbolicRegistry
        torch.onnx._internal.torchscript_exporter.verification: OnnxBackend VerificationOptions
        torch.onnx.errors: OnnxExporterError OnnxExporterWarning UnsupportedOperatorError
        torch.onnx.ops._symbolic_impl: EncodedAttrs
        torch.optim._stateless: _GroupSwapinInfo
        torch.optim.lr_scheduler: _SchedulePhase _enable_get_lr_call _initial_mode
        torch.optim.optimizer: _RequiredParameter
        torch.overrides: BaseTorchFunctionMode TorchFunctionMode
        torch.profiler._cuspy._cupti_stubs: ActivityAttr Api ComputeEngineCtxSwitch ConfidentialComputeRotation Context CudaEvent Device DeviceGraphTrace Environment ExternalCorrelation GraphHostNode GraphTrace GreenContext HostLaunch Jit Kernel Marker MarkerData MemDecompress Memcpy Memcpy2 Memory MemoryPool Memset Name NvLink OpenAccData OpenAccLaunch OpenAccOther OpenMp Overhead Pcie Stream Synchronization UvmCounter
        torch.profiler._cuspy._records_base: Ctype Field
        torch.profiler._cuspy.core: _CallbackHandler _Observer _SynchronizedClock
        torch.profiler._cuspy.cupti_python: CuptiError
        torch.profiler._cuspy.observers.base: ObserverAnnotationSettings
        torch.profiler._cuspy.observers.observation_window: WindowFinalizerMixin
        torch.profiler._cuspy.pm_sampling: _Consumer
        torch.profiler._memory_profiler: Action Category CategoryDict CategoryElement DataFlowEdge Key MemoryProfileTimeline SchemaMatcher TensorKey _Storage
        torch.profiler._trace_validator: Violation
        torch.profiler._utils: ContextStackEntry TimelineEvent
        torch.profiler.itt: _ITTStub
        torch.profiler.profiler: CuspyConfig PerformanceMetricsConfig ProfilerAction ProfilerActivityConfig _ITraceObserver _NumpyEncoder _ProfilerExtensionConfig
        torch.serialization: LoadEndianness SourceChangeWarning StorageType _open_buffer_writer _opener safe_globals set_default_mmap_options skip_data
        torch.sparse: check_sparse_tensor_invariants
        torch.types: Storage
        torch.utils._config_module: ContextDecorator SubConfigProxy
        torch.utils._content_store: ContentStoreWriter
        torch.utils._contextlib: _DecoratorContextManager
        torch.utils._cpp_extension_versioner: ExtensionVersioner
        torch.utils._cuda_debug: _CUDAGraphInputLivenessTracker
        torch.utils._cxx_pytree: _Asterisk
        torch.utils._debug_mode._utils: TensorIdTracker
        torch.utils._indented_buffer: DeferredLineBase IndentedBuffer LineContext ValueWithLineMap
        torch.utils._python_dispatch: AliasInfo SchemaInfo TraceableWrapperSubclass
        torch.utils._pytree: ConstantNode EnumEncoder KeyEntry MappingKey SequenceKey _Asterisk _TreeSpecSchema structseq
        torch.utils._strobelight.cli_function_profiler: StrobelightCLIFunctionProfiler StrobelightCLIProfilerError
        torch.utils._sympy.symbol: SymT
        torch.utils._sympy.value_ranges: ValueRangeError
        torch.utils._thunk: Thunk
        torch.utils._traceback: CapturedTraceback
        torch.utils.backcompat: Warning
        torch.utils.backend_registration: _DummyBackendModule
        torch.utils.bundled_inputs: InflatableArg
        torch.utils.checkpoint: CheckpointError CheckpointPolicy DefaultDeviceType GraphExecGroup SelectiveCheckpointContext _CheckpointedFunction _Handle _Holder _StopRecomputationError _VersionWrapper _checkpoint_internal_hook
        torch.utils.data._utils.fetch: _BaseDatasetFetcher _MapDatasetFetcher
        torch.utils.data._utils.worker: WorkerInfo _IterableDatasetStopIteration _RNG _ResumeIteration
        torch.utils.data.dataloader: _DatasetKind _InfiniteConstantSampler
        torch.utils.data.datapipes._decorator: functional_datapipe non_deterministic
        torch.utils.data.datapipes._hook_iterator: _SnapshotState
        torch.utils.data.datapipes._typing: _DataPipeType
        torch.utils.data.datapipes.dataframe.dataframe_wrapper: PandasWrapper
        torch.utils.data.datapipes.dataframe.dataframes: CaptureControl
        torch.utils.data.datapipes.datapipe: DataChunk
        torch.utils.data.datapipes.iter.combining: _ContainerTemplate
        torch.utils.data.datapipes.iter.sharding: SHARDING_PRIORITIES
        torch.utils.data.datapipes.utils.decoder: ImageHandler MatHandler
        torch.utils.data.dataset: Dataset StackDataset Subset
        torch.utils.data.sampler: BatchSampler RandomSampler Sampler SequentialSampler SubsetRandomSampler
        torch.utils.dlpack: DLDeviceType
        torch.utils.hipify.hipify_python: CurrentState HipifyResult InputError TrieNode bcolors
        torch.utils.hooks: BackwardHook
        torch.utils.mobile_optimizer: LintCode
        torch.utils.serialization.config: load save
        torch.utils.tensorboard._pytorch_graph: GraphPy NodeBase
        torch.utils.tensorboard.writer: FileWriter
        torch.utils.throughput_benchmark: ExecutionStats
        torch.utils.viz._cycles: Node
        torch.xpu: _DeviceGuard _ZesDeviceInfo
        torch.xpu.memory: _XPUAllocator
        torchao._models.sam2.utils.amg: MaskData RLEData
        torchao.core.config: AOBaseConfig ConfigJSONEncoder
        torchao.dtypes: AffineQuantizedTensor
        torchao.experimental.quant_api: UIntxChooseQParamsAlgorithm UIntxWeightOnlyConfig
        torchao.float8.config: CastConfig Float8GemmConfig Float8LinearRecipeName ScalingGranularity ScalingType
        torchao.float8.float8_tensor_parallel: Float8ColwiseParallel Float8RowwiseParallel PrepareFloat8ModuleInput
        torchao.float8.float8_training_tensor: GemmInputRole LinearMMConfig ScaledMMConfig
        torchao.float8.inference: Float8MMConfig
        torchao.kernel.blockwise_quantization: _BlockwiseFp8Impls
        torchao.kernel.bsr_triton_ops: _BsrTritonImpls
        torchao.prototype._nf4tensor_api: NF4WeightOnlyConfig
        torchao.prototype.attention.api: AttentionBackend HadamardMode
        torchao.prototype.attention.shared_utils.custom_ops: RegisteredOps
        torchao.prototype.attention.shared_utils.fusion_utils: RoPEMatch RopeSDPAFusionPass
        torchao.prototype.autoround.core: _AutoRoundConfig _OptimizationTracker
        torchao.prototype.autoround.multi_tensor: _MultiTensorConfig
        torchao.prototype.awq.api: AWQConfig
        torchao.prototype.blockwise_fp8_training.deepgemm_grouped_kernels: DeepGemmCapabilities DeepGemmKGroupedLayout DeepGemmKGroupedOperand DeepGemmWgradPlan
        torchao.prototype.blockwise_fp8_training.deepgemm_metadata: DeepGemmGroupedOffsetPlan DeepGemmKGroupedQuantMetadata
        torchao.prototype.blockwise_fp8_training.linear: Float8BlockwiseLinearConfig
        torchao.prototype.common.profiling_tools: CudaProfilerCtx TorchProfilerCtx
        torchao.prototype.float8nocompile.kernels.fp8_dynamic_tensorwise: KernelAlgorithm
        torchao.prototype.gptq.api: GPTQConfig
        torchao.prototype.moe_training.blockwise_fp8.grouped_mm_backend: _DeepGemmGroupedMMBackend _EmulatedGroupedMMBackend _GroupedMMBackend _GroupedMMBackendKind
        torchao.prototype.moe_training.config: Float8TrainingRecipe MXFP8TrainingOpConfig MXFP8TrainingRecipe TrainingOpBaseConfig
        torchao.prototype.moe_training.nvfp4_training.nvfp4_tensor_parallel: NVFP4ColwiseParallel NVFP4RowwiseParallel
        torchao.prototype.moe_training.nvfp4_training.nvfp4_training: NVFP4TrainingConfig
        torchao.prototype.mx_formats.config: MXFP8Dim0CastKernelChoice MXFP8Dim1CastKernelChoice ScaleCalculationMode
        torchao.prototype.mx_formats.inference_workflow: MXDynamicActivationMXWeightConfig NVFP4DynamicActivationNVFP4WeightConfig NVFP4WeightOnlyConfig
        torchao.prototype.mx_formats.mx_tensor: QuantizeTensorToMXKwargs
        torchao.prototype.mx_formats.nvfp4_tensor: QuantizeTensorToNVFP4Kwargs
        torchao.prototype.parq.api: QuantConfig
        torchao.prototype.parq.optim.binarelax: ProxBinaryRelax
        torchao.prototype.parq.optim.parq: ProxPARQ
        torchao.prototype.parq.optim.proxmap: ProxHardQuant ProxMap
        torchao.prototype.parq.quant.config_torchao: StretchedIntxWeightConfig
        torchao.prototype.parq.quant.lsbq: LSBQuantizer
        torchao.prototype.parq.quant.quantizer: Quantizer
        torchao.prototype.parq.quant.uniform: AsymUnifQuantizer MaxUnifQuantizer TernaryUnifQuantizer UnifQuantizer
        torchao.prototype.parq.quant.uniform_torchao: Int4UnifTorchaoQuantizer StretchedUnifTorchaoQuantizer UnifTorchaoQuantizer
        torchao.prototype.pat.distributed_utils: _NoopHandle
        torchao.prototype.pat.group.dim: Dim0Grouper Dim1Grouper DimGrouperMixin
        torchao.prototype.pat.group.grouper: ElemGrouper Grouper LayerGrouper
        torchao.prototype.pat.group.k_element: KElementGrouper
        torchao.prototype.pat.optim.group_lasso: ProxGroupLasso ProxGroupLassoVectorized
        torchao.prototype.pat.optim.lasso: ProxLasso
        torchao.prototype.pat.optim.min_sparsity: GlobalMinSparsityConstraint MinRankConstraint MinSparsityConstraint NMSparseConstraint _TopKZeroMixin
        torchao.prototype.pat.optim.nuclear_norm: ProxNuclearNorm
        torchao.prototype.pat.optim.prox_executor: GlobalDTensorMaterializationPolicy GlobalProxResult ParameterSparsity ProxResult
        torchao.prototype.pat.optim.proxmap: ProxMap
        torchao.prototype.pat.utils: FuncDescriptor
        torchao.prototype.qat.mx: MXFakeQuantizeConfig
        torchao.prototype.qat.nvfp4: NVFP4FakeQuantizeConfig
        torchao.prototype.quant_logger.quant_logger: ActivationLoggingTensor
        torchao.prototype.quantization.codebook.codebook_quantized_tensor: CodebookWeightOnlyConfig
        torchao.prototype.quantization.codebook_coreml.api: CodebookWeightOnlyConfig
        torchao.prototype.quantization.embedding.api: EmbeddingQuantizer TiedEmbeddingQuantizer
        torchao.prototype.quantization.gguf.api: GGUFWeightOnlyConfig
        torchao.prototype.quantization.mixed_precision.scripts.naive_intNwo: IntNWeightOnlyConfig
        torchao.prototype.quantization.module_swap.data_getters.ptq_data_getter: DataGetter ExpectedError
        torchao.prototype.quantization.module_swap.module_swap: QuantizationRecipe
        torchao.prototype.quantization.module_swap.quantized_modules: WeightModuleQuantizerBase
        torchao.prototype.quantized_training.bitnet: BitNetTrainingConfig
        torchao.prototype.quantized_training.int8: Int8WeightOnlyQuantizedTrainingConfig
        torchao.prototype.quantized_training.int8_mixed_precision: Int8MixedPrecisionTrainingConfig
        torchao.prototype.safetensors.safetensors_utils: TensorSubclassAttributeJSONEncoder
        torchao.prototype.smoothquant.api: SmoothQuantConfig
        torchao.prototype.sparsity.pruner.parametrization: BiasHook
        torchao.quantization.granularity: Granularity PerAxis PerBlock PerGroup PerRow PerTensor PerToken
        torchao.quantization.observer: _PartialWrapper
        torchao.quantization.pt2e._numeric_debugger: NodeAccuracySummary NodeSourceDebugInfo
        torchao.quantization.pt2e.inductor_passes.x86: PostOpAttr QuantLiftUp
        torchao.quantization.pt2e.observer: PartialWrapper
        torchao.quantization.pt2e.quantizer.arm_inductor_quantizer: ArmInductorQuantizer _ArmInductorQuantizationAnnotation
        torchao.quantization.pt2e.quantizer.composable_quantizer: ComposableQuantizer
        torchao.quantization.pt2e.quantizer.duplicate_dq_pass: DuplicateDQPass
        torchao.quantization.pt2e.quantizer.embedding_quantizer: EmbeddingQuantizer
        torchao.quantization.pt2e.quantizer.port_metadata_pass: PortNodeMetaForQDQ
        torchao.quantization.pt2e.quantizer.quantizer: DerivedQuantizationSpec FixedQParamsQuantizationSpec QuantizationAnnotation QuantizationSpec QuantizationSpecBase Quantizer SharedQuantizationSpec
        torchao.quantization.pt2e.quantizer.utils: OperatorConfig QuantizationConfig
        torchao.quantization.pt2e.quantizer.x86_inductor_quantizer: X86InductorQuantizer _CurrentQuantizationMode _X86InductorQuantizationAnnotation
        torchao.quantization.pt2e.quantizer.xpu_inductor_quantizer: XPUInductorQuantizer
        torchao.quantization.pt2e.reference_representation_rewrite: _RewriteInfo
        torchao.quantization.qat.api: FromIntXQuantizationAwareTrainingConfig IntXQuantizationAwareTrainingConfig QATStep from_intx_quantization_aware_training intx_quantization_aware_training
        torchao.quantization.qat.fake_quantize_config: FakeQuantizeConfigBase Float8FakeQuantizeConfig Int4WeightFakeQuantizeConfig
        torchao.quantization.qat.linear: _LegacyQATQuantizer
        torchao.quantization.qat.two_step_quantizer: TwoStepQuantizer
        torchao.quantization.quant_api: Float8DynamicActivationInt4WeightConfig
        torchao.quantization.quant_primitives: MappingType ZeroPointDomain
        torchao.quantization.quantize_.common.kernel_preference: KernelPreference
        torchao.quantization.quantize_.common.packing_format: PackingFormat
        torchao.quantization.quantize_.common.protocol: IsStaticQuantizationConfig SupportsActivationPreScaling
        torchao.quantization.quantize_.common.quantization_step: QuantizationStep
        torchao.quantization.quantize_.common.quantize_tensor_kwargs: QuantizeTensorKwargs
        torchao.quantization.quantize_.workflows.float8.float8_packing_format: Float8PackingFormat
        torchao.quantization.quantize_.workflows.float8.float8_tensor: QuantizeTensorToFloat8Kwargs
        torchao.quantization.quantize_.workflows.int4.int4_choose_qparams_algorithm: Int4ChooseQParamsAlgorithm
        torchao.quantization.quantize_.workflows.int4.int4_packing_format: Int4PackingFormat
        torchao.quantization.quantize_.workflows.int8.int8_tensor: QuantizeTensorToInt8Kwargs
        torchao.quantization.quantize_.workflows.intx.intx_choose_qparams_algorithm: IntxChooseQParamsAlgorithm
        torchao.quantization.quantize_.workflows.intx.intx_packing_format: IntxPackingFormat
        torchao.quantization.quantize_.workflows.intx.intx_unpacked_to_int8_tensor: IntxUnpackedToInt8TensorActivationQuantization
        torchao.quantization.quantize_.workflows.nf4.nf4_tensor: CompareOp NF4Tensor SubclassTensorArgs
        torchao.quantization.utils: _MultiInput
        torchao.testing.pt2e._xnnpack_quantizer: XNNPACKQuantizer
        torchao.testing.pt2e._xnnpack_quantizer_utils: OperatorConfig QuantizationConfig
        torchvision.io.image: ImageReadMode
        torchvision.models._api: Weights WeightsEnum
        torchvision.models._utils: _ModelURLs
        torchvision.models.alexnet: AlexNet_Weights
        torchvision.models.convnext: CNBlockConfig ConvNeXt_Base_Weights ConvNeXt_Large_Weights ConvNeXt_Small_Weights ConvNeXt_Tiny_Weights
        torchvision.models.densenet: DenseNet121_Weights DenseNet161_Weights DenseNet169_Weights DenseNet201_Weights
        torchvision.models.detection._utils: BalancedPositiveNegativeSampler BoxLinearCoder
        torchvision.models.detection.faster_rcnn: FasterRCNN_MobileNet_V3_Large_320_FPN_Weights FasterRCNN_MobileNet_V3_Large_FPN_Weights FasterRCNN_ResNet50_FPN_V2_Weights FasterRCNN_ResNet50_FPN_Weights
        torchvision.models.detection.fcos: FCOS_ResNet50_FPN_Weights
        torchvision.models.detection.image_list: ImageList
        torchvision.models.detection.keypoint_rcnn: KeypointRCNN_ResNet50_FPN_Weights
        torchvision.models.detection.mask_rcnn: MaskRCNN_ResNet50_FPN_V2_Weights MaskRCNN_ResNet50_FPN_Weights
        torchvision.models.detection.retinanet: RetinaNet_ResNet50_FPN_V2_Weights RetinaNet_ResNet50_FPN_Weights
        torchvision.models.detection.ssd: SSD300_VGG16_Weights
        torchvision.models.detection.ssdlite: SSDLite320_MobileNet_V3_Large_Weights
        torchvision.models.efficientnet: EfficientNet_B0_Weights EfficientNet_B1_Weights EfficientNet_B2_Weights EfficientNet_B3_Weights EfficientNet_B4_Weights EfficientNet_B5_Weights EfficientNet_B6_Weights EfficientNet_B7_Weights EfficientNet_V2_L_Weights EfficientNet_V2_M_Weights EfficientNet_V2_S_Weights FusedMBConvConfig _MBConvConfig
        torchvision.models.googlenet: GoogLeNet_Weights
        torchvision.models.inception: Inception_V3_Weights
        torchvision.models.maxvit: MaxVit_T_Weights
        torchvision.models.mnasnet: MNASNet0_5_Weights MNASNet0_75_Weights MNASNet1_0_Weights MNASNet1_3_Weights
        torchvision.models.mobilenetv2: MobileNet_V2_Weights
        torchvision.models.mobilenetv3: MobileNet_V3_Large_Weights MobileNet_V3_Small_Weights
        torchvision.models.optical_flow.raft: Raft_Large_Weights Raft_Small_Weights
        torchvision.models.quantization.googlenet: GoogLeNet_QuantizedWeights
        torchvision.models.quantization.inception: Inception_V3_QuantizedWeights
        torchvision.models.quantization.mobilenetv2: MobileNet_V2_QuantizedWeights
        torchvision.models.quantization.mobilenetv3: MobileNet_V3_Large_QuantizedWeights
        torchvision.models.quantization.resnet: ResNeXt101_32X8D_QuantizedWeights ResNeXt101_64X4D_QuantizedWeights ResNet18_QuantizedWeights ResNet50_QuantizedWeights
        torchvision.models.quantization.shufflenetv2: ShuffleNet_V2_X0_5_QuantizedWeights ShuffleNet_V2_X1_0_QuantizedWeights ShuffleNet_V2_X1_5_QuantizedWeights ShuffleNet_V2_X2_0_QuantizedWeights
        torchvision.models.regnet: BlockParams RegNet_X_16GF_Weights RegNet_X_1_6GF_Weights RegNet_X_32GF_Weights RegNet_X_3_2GF_Weights RegNet_X_400MF_Weights RegNet_X_800MF_Weights RegNet_X_8GF_Weights RegNet_Y_128GF_Weights RegNet_Y_16GF_Weights RegNet_Y_1_6GF_Weights RegNet_Y_32GF_Weights RegNet_Y_3_2GF_Weights RegNet_Y_400MF_Weights RegNet_Y_800MF_Weights RegNet_Y_8GF_Weights
        torchvision.models.resnet: ResNeXt101_32X8D_Weights ResNeXt101_64X4D_Weights ResNeXt50_32X4D_Weights ResNet101_Weights ResNet152_Weights ResNet18_Weights ResNet34_Weights ResNet50_Weights Wide_ResNet101_2_Weights Wide_ResNet50_2_Weights
        torchvision.models.segmentation.deeplabv3: DeepLabV3_MobileNet_V3_Large_Weights DeepLabV3_ResNet101_Weights DeepLabV3_ResNet50_Weights
        torchvision.models.segmentation.fcn: FCN_ResNet101_Weights FCN_ResNet50_Weights
        torchvision.models.segmentation.lraspp: LRASPP_MobileNet_V3_Large_Weights
        torchvision.models.shufflenetv2: ShuffleNet_V2_X0_5_Weights ShuffleNet_V2_X1_0_Weights ShuffleNet_V2_X1_5_Weights ShuffleNet_V2_X2_0_Weights
        torchvision.models.squeezenet: SqueezeNet1_0_Weights SqueezeNet1_1_Weights
        torchvision.models.swin_transformer: Swin_B_Weights Swin_S_Weights Swin_T_Weights Swin_V2_B_Weights Swin_V2_S_Weights Swin_V2_T_Weights
        torchvision.models.vgg: VGG11_BN_Weights VGG11_Weights VGG13_BN_Weights VGG13_Weights VGG16_BN_Weights VGG16_Weights VGG19_BN_Weights VGG19_Weights
        torchvision.models.video.mvit: MSBlockConfig MViT_V1_B_Weights MViT_V2_S_Weights
        torchvision.models.video.resnet: MC3_18_Weights R2Plus1D_18_Weights R3D_18_Weights
        torchvision.models.video.s3d: S3D_Weights
        torchvision.models.video.swin_transformer: Swin3D_B_Weights Swin3D_S_Weights Swin3D_T_Weights
        torchvision.models.vision_transformer: ConvStemConfig ViT_B_16_Weights ViT_B_32_Weights ViT_H_14_Weights ViT_L_16_Weights ViT_L_32_Weights
        torchvision.ops.poolers: LevelMapper
        torchvision.transforms._transforms_video: CenterCropVideo NormalizeVideo RandomHorizontalFlipVideo ToTensorVideo
        torchvision.transforms.autoaugment: AutoAugmentPolicy
        torchvision.transforms.functional: InterpolationMode
        torchvision.tv_tensors._bounding_boxes: BoundingBoxFormat
        torchvision.tv_tensors._dataset_wrapper: WrapperFactories
        torchvision.tv_tensors._torch_function_helpers: _ReturnTypeCM
        torchvision.tv_tensors._tv_tensor: TVTensor
        transformers._typing: GenerativePreTrainedModel PeftConfigLike StringValuedEnumLike TransformersLogger WhisperGenerationConfigLike
        transformers.backbone_utils: BackboneConfigMixin BackboneType
        transformers.cache_utils: CacheLayerMixin DummyLayer KVSharingDict
        transformers.cli.add_new_model_like: ModelInfos
        transformers.cli.serve: ReasoningMode
        transformers.cli.serving.chat_completion: ChatCompletionHandler
        transformers.cli.serving.completion: CompletionHandler
        transformers.cli.serving.response: ResponseHandler _ResponseStreamBuilder
        transformers.cli.serving.transcription: TranscriptionHandler
        transformers.cli.serving.utils: BaseGenerateManager BaseHandler CBGenerateManager CBWorkerDeadError GenerateManager GenerationState Modality ReasoningText ToolCall _GenerationCancelled _StreamError
        transformers.configuration_utils: SubConfigSpec
        transformers.convert_slow_tokenizer: BertConverter BlenderbotConverter CLIPConverter Converter DebertaConverter FunnelConverter GPT2Converter HerbertConverter LayoutLMv2Converter MPNetConverter MarkupLMConverter OpenAIGPTConverter Qwen2Converter RoFormerConverter RobertaConverter SplinterConverter TikTokenConverter WhisperConverter
        transformers.core_model_loading: Chunk Concatenate Conv3dToLinear ConversionOps ErnieFuseAndSplitTextVisionExperts ErnieSplitAndDecoupleTextVisionExperts Inkling2LoopDequantizeExperts Inkling2LoopMergeMessageQueries Inkling2UnpadVocab Interleave LinearToConv3d MergeModulelist PermuteForRope SkipParameters Split SplitModulelist Transpose _IdentityOp
        transformers.data.data_collator: DataCollatorForLanguageModeling DataCollatorForMultipleChoice DataCollatorForPermutationLanguageModeling DataCollatorForSeq2Seq DataCollatorForTokenClassification DataCollatorMixin DataCollatorWithFlattening DataCollatorWithPadding DefaultDataCollator
        transformers.debug_utils: DebugOption
        transformers.decision.configuration_utils: DecisionConfig
        transformers.decision.modeling_utils: DecisionMixin
        transformers.decision.template_utils: ChoiceQuestion NoulQuestion Question ScoreQuestion
        transformers.distributed.expert_parallel: EPImplementationInterface EpDispatchExpertsParallel ExpertParallelLayer MoEParamShard _AllToAllState
        transformers.distributed.mixin: DistributedMixin
        transformers.distributed.parallel_utils: ParallelInterface
        transformers.distributed.tensor_parallel: AllReduceParallel ColwiseParallel EmbeddingParallel LocalParamsParallel MlaKvAProjParallel MoeExpertsParallel MoeIdentityParallel PackedColwiseParallel PackedRowwiseParallel ReplicatedWithGradAllReduce RowwiseParallel SequenceParallel TensorParallelLayer
        transformers.distributed.utils: TransformersDeviceMesh
        transformers.exporters.auto: AutoExportConfig AutoHfExporter ExportBackend
        transformers.exporters.base: ExportedComponent
        transformers.exporters.configs: DynamoConfig ExecutorchConfig ExportConfigMixin ExportFormat OnnxConfig OpenVINOConfig
        transformers.exporters.metadata: ExportMetadata
        transformers.exporters.quantizers.base: CalibrationSet ExportQuantizer QuantizationConfigMixin
        transformers.exporters.quantizers.quantizer_nncf: NNCFOnnxQuantizer NNCFOpenVINOQuantizer NNCFQuantizationConfig NNCFTorchFXQuantizer NNCFWeightCompressionConfig _NNCFQuantizer
        transformers.exporters.quantizers.quantizer_onnxruntime: OnnxRuntimeDynamicConfig OnnxRuntimeQuantizer OnnxRuntimeStaticConfig
        transformers.exporters.quantizers.quantizer_pt2e: PT2EQuantizer
        transformers.fusion_mapping: ModuleFusionSpec PatchEmbeddingsFusionSpec
        transformers.generation.candidate_generator: AssistantVocabTranslatorCache CandidateGenerator PromptLookupCandidateGenerator
        transformers.generation.configuration_utils: BaseWatermarkingConfig CompileConfig GenerationMode SynthIDTextWatermarkingConfig WatermarkingConfig
        transformers.generation.continuous_batching.cache_allocators.cache_allocator: BlockLedger CacheAllocator
        transformers.generation.continuous_batching.cache_allocators.cache_pool: RegularTrees
        transformers.generation.continuous_batching.cb_logits_processors: ContinuousBatchingLogitsProcessor ContinuousBatchingTemperatureLogitsWarper ContinuousBatchingTopKLogitsWarper ContinuousBatchingTopPLogitsWarper
        transformers.generation.continuous_batching.continuous_api: ContinuousMixin
        transformers.generation.continuous_batching.input_outputs: PagedAttentionArgs
        transformers.generation.continuous_batching.utils: WorkloadHints
        transformers.generation.logits_process: AlternatingCodebooksLogitsProcessor ClassifierFreeGuidanceLogitsProcessor DiaClassifierFreeGuidanceLogitsProcessor DiaEOSChannelFilterLogitsProcessor EncoderRepetitionPenaltyLogitsProcessor EpsilonLogitsWarper ForcedBOSTokenLogitsProcessor InfNanRemoveLogitsProcessor LogitNormalization LogitsProcessor LogitsProcessorList MinPLogitsWarper NoRepeatNGramLogitsProcessor PrefixConstrainedLogitsProcessor TemperatureLogitsWarper TopHLogitsWarper TopKLogitsWarper TopPLogitsWarper TypicalLogitsWarper UnbatchedClassifierFreeGuidanceLogitsProcessor WhisperNoSpeechDetection WhisperTimeStampLogitsProcessor
        transformers.generation.stopping_criteria: ConfidenceCriteria MaxLengthCriteria StoppingCriteria StoppingCriteriaList
        transformers.generation.streamers: BaseStreamer TextDiffusionStreamer TextIteratorStreamer TextStreamer
        transformers.generation.utils: GenerationMixin StopCheck
        transformers.generation.watermarking: SynthIDTextWatermarkDetector WatermarkDetectorOutput
        transformers.hyperparameter_search: HyperParamSearchBackendBase OptunaBackend RayTuneBackend WandbBackend
        transformers.image_transforms: PaddingMode
        transformers.image_utils: AnnotationFormat ChannelDimension ImageFeatureExtractionMixin ImageType
        transformers.integrations.bitnet: BitNetDeserialize
        transformers.integrations.bitsandbytes: Bnb4bitDeserialize Bnb4bitQuantize Bnb8bitDeserialize Bnb8bitQuantize
        transformers.integrations.compressed_tensors: CompressedTensorsDequantize ConvertFP8LinearScale RevertFP8LinearScale
        transformers.integrations.deepgemm: DeepGEMM
        transformers.integrations.eetq: EetqQuantize
        transformers.integrations.executorch: TorchExportableModuleForVLM
        transformers.integrations.fbgemm_fp8: FbgemmFp8Quantize
        transformers.integrations.finegrained_fp8: FP8ExpertsInterface FineGrainedFP8 Fp8Dequantize Fp8Quantize
        transformers.integrations.fouroversix: FourOverSixQuantize
        transformers.integrations.fp_quant: FpQuantDeserialize FpQuantQuantize
        transformers.integrations.gguf.gguf_conversion_mapping: Cast ConcatenateRows Dequantize LogNegate PermuteInputFeatures PermuteRows SubtractOne Unsqueeze
        transformers.integrations.gguf.kernels: GgufKernel
        transformers.integrations.gguf.reader: GgufHeader LazyGgufTensor TensorInfo
        transformers.integrations.heterogeneity.configuration_utils: AmbiguousGlobalPerLayerAttributeError _HeterogeneitySpec _PerLayerConfigView
        transformers.integrations.hub_kernels: FuncRepository
        transformers.integrations.integration_utils: CometCallback NeptuneMissingConfiguration
        transformers.integrations.metal_quantization: MetalDequantize MetalQuantize
        transformers.integrations.moe: ExpertsInterface
        transformers.integrations.mxfp4: Mxfp4Dequantize Mxfp4Deserialize Mxfp4Quantize Mxfp4ReverseDeserialize
        transformers.integrations.nvfp4: NVFP4Kernel NVFP4Quantize
        transformers.integrations.peft: PeftAdapterMixin
        transformers.integrations.quanto: QuantoQuantize
        transformers.integrations.sinq: SinqDeserialize SinqQuantize
        transformers.integrations.sonicmoe: SonicMoE
        transformers.integrations.torchao: TorchAoDeserialize TorchAoQuantize
        transformers.loss.loss_for_object_detection: NestedTensor
        transformers.masking_utils: AttentionMaskInterface
        transformers.modeling_flash_attention_utils: FlashAttentionKwargs
        transformers.modeling_gguf_pytorch_utils: BloomTensorProcessor GGUFTensor GPT2TensorProcessor Gemma2TensorProcessor GptOssTensorProcessor Lfm2TensorProcessor LlamaTensorProcessor MambaTensorProcessor MiniMaxM2TensorProcessor NemotronTensorProcessor Qwen2MoeTensorProcessor T5TensorProcessor TensorProcessor
        transformers.modeling_rope_utils: RopeParameters RotaryEmbeddingConfigMixin
        transformers.modeling_utils: AttentionInterface EmbeddingAccessMixin LoadStateDictConfig ModuleUtilsMixin
        transformers.optimization: GreedyLR StreamingAverage
        transformers.pipelines.any_to_any: Chat ReturnType
        transformers.pipelines.base: ArgumentHandler PipelineException PipelineRegistry _ScikitCompat
        transformers.pipelines.document_question_answering: ModelType
        transformers.pipelines.image_classification: ClassificationFunction
        transformers.pipelines.image_text_to_text: ReturnType
        transformers.pipelines.keypoint_matching: Keypoint Match
        transformers.pipelines.pt_utils: KeyDataset KeyPairDataset PipelineDataset
        transformers.pipelines.table_question_answering: TableQuestionAnsweringArgumentHandler
        transformers.pipelines.text_classification: ClassificationFunction
        transformers.pipelines.text_generation: ReturnType
        transformers.pipelines.text_to_audio: AudioOutput
        transformers.pipelines.token_classification: AggregationStrategy TokenClassificationArgumentHandler
        transformers.pipelines.zero_shot_classification: ZeroShotClassificationArgumentHandler
        transformers.processing_utils: AllKwargsForChatTemplate AudioKwargs ImagesKwargs MultiModalData OmniModalProcessingKwargs ProcessingKwargs ProcessorChatTemplateKwargs TextKwargs TokenizerChatTemplateKwargs VideosKwargs
        transformers.quantizers.auto: AutoHfQuantizer AutoQuantizationConfig
        transformers.quantizers.base: HfQuantizer
        transformers.quantizers.quantizer_aqlm: AqlmHfQuantizer
        transformers.quantizers.quantizer_auto_round: AutoRoundQuantizer
        transformers.quantizers.quantizer_awq: AwqQuantizer
        transformers.quantizers.quantizer_bitnet: BitNetHfQuantizer
        transformers.quantizers.quantizer_bnb_4bit: Bnb4BitHfQuantizer
        transformers.quantizers.quantizer_bnb_8bit: Bnb8BitHfQuantizer
        transformers.quantizers.quantizer_eetq: EetqHfQuantizer
        transformers.quantizers.quantizer_fbgemm_fp8: FbgemmFp8HfQuantizer
        transformers.quantizers.quantizer_finegrained_fp8: FineGrainedFP8HfQuantizer
        transformers.quantizers.quantizer_fouroversix: FourOverSixHfQuantizer
        transformers.quantizers.quantizer_fp_quant: FPQuantHfQuantizer
        transformers.quantizers.quantizer_gemma: GemmaQuantizer
        transformers.quantizers.quantizer_gguf: GgufHfQuantizer
        transformers.quantizers.quantizer_higgs: HiggsHfQuantizer
        transformers.quantizers.quantizer_metal: MetalHfQuantizer
        transformers.quantizers.quantizer_mxfp4: Mxfp4HfQuantizer
        transformers.quantizers.quantizer_nvfp4: NVFP4HfQuantizer
        transformers.quantizers.quantizer_quanto: QuantoHfQuantizer
        transformers.quantizers.quantizer_quark: QuarkHfQuantizer
        transformers.quantizers.quantizer_sinq: SinqHfQuantizer
        transformers.quantizers.quantizer_spqr: SpQRHfQuantizer
        transformers.quantizers.quantizer_torchao: TorchAoHfQuantizer
        transformers.quantizers.quantizer_vptq: VptqHfQuantizer
        transformers.testing_utils: Colors Expectations HfDocTestParser RequestCounter SubprocessCallException _RunOutput
        transformers.time_series_utils: DistributionOutput NegativeBinomialOutput NormalOutput StudentTOutput
        transformers.tokenization_mistral_common: MistralTokenizerType
        transformers.tokenization_python: ExtensionsTrie Trie
        transformers.tokenization_utils_base: CharSpan TokenSpan TruncationStrategy
        transformers.trainer_callback: DefaultFlowCallback EarlyStoppingCallback ExportableState PrinterCallback ProgressCallback TrainerCallback TrainerControl
        transformers.trainer_jit_checkpoint: CheckpointManager JITCheckpointCallback
        transformers.trainer_optimizer: OptimizerContext
        transformers.trainer_pt_utils: AcceleratorConfig BatchRebalanceSampler LabelSmoother
        transformers.trainer_utils: BestRun EvalLoopOutput EvalPrediction FSDPOption HPSearchBackend HubStrategy IntervalStrategy PredictionOutput RemoveColumnsCollator SaveStrategy SchedulerType TrainOutput
        transformers.training_args: OptimizerNames ParallelMode
        transformers.utils.auto_docstring: ClassAttrs ClassDocstring ConfigArgs ImageProcessorArgs ModelArgs ModelForArgs ModelOutputArgs ProcessorArgs VideoProcessorArgs _EmptyArgs
        transformers.utils.chat_parsing.response_templates: ResponseTemplate ResponseTemplateField
        transformers.utils.chat_template_utils: Chat DocstringParsingException TypeHintParsingException
        transformers.utils.deprecation: Action
        transformers.utils.generic: ContextManagers ExplicitEnum GeneralInterface PaddingStrategy TensorType TransformersKwargs
        transformers.utils.hp_naming: TrialShortNamer
        transformers.utils.hub: DownloadKwargs PushInProgress PushToHubMixin
        transformers.utils.import_utils: VersionComparison _LegacyModuleAliasFinder
        transformers.utils.kernel_config: KernelConfig
        transformers.utils.loading_report: LoadStateDictInfo
        transformers.utils.logging: EmptyTqdm _tqdm_cls
        transformers.utils.network_logging: NetworkDebugPlugin
        transformers.utils.notebook: NotebookProgressCallback
        transformers.utils.output_capturing: OutputRecorder _CanRecordRegistry
        transformers.utils.quantization_config: AwqBackend AwqFormat ExllamaVersion FbgemmFp8Config FourOverSixConfig GemmaQuantizationConfig GgufConfig Mxfp4Config QuantizationConfigMixin QuantizationMethod
        transformers.video_utils: VideoMetadata
        ultralytics.data.augment: BaseMixTransform BaseTransform CenterCrop ClassifyLetterBox Compose CopyPaste CutMix DepthFormat Format LetterBox LoadVisualPrompt MixUp Mosaic RandomFlip RandomHSV RandomLoadText RandomPerspective SemanticFormat ToTensor
        ultralytics.data.build: _RepeatSampler
        ultralytics.data.loaders: SourceTypes
        ultralytics.engine.results: BaseTensor Boxes DepthMap Keypoints Masks OBB Probs SemanticMask _DenseResultTensor
        ultralytics.engine.trainer: MultiTrainer
        ultralytics.models.llm: LLM
        ultralytics.nn.distill_model: FeatureHook
        ultralytics.nn.tasks: _SafeLoad
        ultralytics.solutions.solutions: SolutionResults
        ultralytics.trackers.basetrack: BaseTrack TrackState
        ultralytics.utils: DataExportMixin Retry SimpleClass TryExcept YAML
        ultralytics.utils.cpu: CPUInfo
        ultralytics.utils.logger: _DriveInfo
        ultralytics.utils.loss: E2EDetectLoss TVPDetectLoss TVPSegmentLoss v8ClassificationLoss
        ultralytics.utils.metrics: ClassifyMetrics DepthMetrics DetMetrics Metric OBBMetrics PoseMetrics SegmentMetrics
        ultralytics.utils.nms: TorchNMS
        ultralytics.utils.torch_utils: EarlyStopping
        """

    /// Classes whose instances are plain as `__new__` makes them.
    static let instanceClasses = """
        accelerate.accelerator: Accelerator
        accelerate.commands.config.config_args: ClusterConfig
        accelerate.commands.config.config_utils: SubcommandHelpFormatter
        accelerate.commands.launch: CustomHelpFormatter
        accelerate.commands.utils: CustomArgumentGroup CustomArgumentParser
        accelerate.data_loader: DataLoaderAdapter DataLoaderShard SeedableRandomSampler SkipDataLoader
        accelerate.state: AcceleratorState GradientState PartialState
        accelerate.tracking: AimTracker ClearMLTracker CometMLTracker DVCLiveTracker GeneralTracker MLflowTracker SwanLabTracker TensorBoardTracker TrackioTracker WandBTracker
        accelerate.utils.dataclasses: AORecipeKwargs DeepSpeedPlugin FP8RecipeKwargs FullyShardedDataParallelPlugin InitProcessGroupKwargs MegatronLMPlugin ProjectConfiguration TERecipeKwargs TorchContextParallelConfig TorchDynamoPlugin TorchTensorParallelConfig
        accelerate.utils.deepspeed: HfDeepSpeedConfig
        accelerate.utils.megatron_lm: BertTrainStep GPTTrainStep MegatronEngine MegatronLMDummyDataLoader T5TrainStep
        fairseq.benchmark.dummy_lm: DummyLMTask
        fairseq.benchmark.dummy_masked_lm: DummyMaskedLMTask
        fairseq.benchmark.dummy_model: DummyEncoder DummyModel
        fairseq.benchmark.dummy_mt: DummyMTTask
        fairseq.criterions.adaptive_loss: AdaptiveLoss
        fairseq.criterions.composite_loss: CompositeLoss
        fairseq.criterions.cross_entropy: CrossEntropyCriterion
        fairseq.criterions.ctc: CtcCriterion
        fairseq.criterions.fairseq_criterion: FairseqCriterion LegacyFairseqCriterion
        fairseq.criterions.fastspeech2_loss: FastSpeech2Loss
        fairseq.criterions.hubert_criterion: HubertCriterion
        fairseq.criterions.label_smoothed_cross_entropy: LabelSmoothedCrossEntropyCriterion
        fairseq.criterions.label_smoothed_cross_entropy_latency_augmented: LatencyAugmentedLabelSmoothedCrossEntropyCriterion
        fairseq.criterions.label_smoothed_cross_entropy_with_alignment: LabelSmoothedCrossEntropyCriterionWithAlignment
        fairseq.criterions.label_smoothed_cross_entropy_with_ctc: LabelSmoothedCrossEntropyWithCtcCriterion
        fairseq.criterions.legacy_masked_lm: LegacyMaskedLmLoss
        fairseq.criterions.masked_lm: MaskedLmLoss
        fairseq.criterions.model_criterion: ModelCriterion
        fairseq.criterions.nat_loss: LabelSmoothedDualImitationCriterion
        fairseq.criterions.sentence_prediction: SentencePredictionCriterion
        fairseq.criterions.sentence_prediction_adapters: SentencePredictionCriterionAdapters
        fairseq.criterions.speech_to_speech_criterion: MultitaskCriterion SpeechToSpectrogramMultitaskTaskCriterion SpeechToUnitMultitaskTaskCriterion
        fairseq.criterions.speech_ulm_criterion: SpeechUnitLmCriterion
        fairseq.criterions.tacotron2_loss: GuidedAttentionLoss Tacotron2Criterion
        fairseq.criterions.wav2vec_criterion: Wav2vecCriterion
        fairseq.data.append_token_dataset: AppendTokenDataset
        fairseq.data.audio.audio_utils: TTSMelScale TTSSpectrogram
        fairseq.data.audio.data_cfg: MultitaskConfig S2SDataConfig S2TDataConfig SingleTaskConfig
        fairseq.data.audio.feature_transforms.global_cmvn: GlobalCMVN
        fairseq.data.audio.multi_modality_dataset: MultiModalityDataset
        fairseq.data.audio.raw_audio_dataset: BinarizedAudioDataset RawAudioDataset
        fairseq.data.audio.speech_to_speech_dataset: TextTargetMultitaskData
        fairseq.data.audio.speech_to_text_joint_dataset: S2TJointDataConfig
        fairseq.data.backtranslation_dataset: BacktranslationDataset
        fairseq.data.bucket_pad_length_dataset: BucketPadLengthDataset
        fairseq.data.codedataset: ExpressiveCodeDataConfig Shifts
        fairseq.data.concat_dataset: ConcatDataset
        fairseq.data.denoising_dataset: DenoisingDataset
        fairseq.data.dictionary: Dictionary
        fairseq.data.encoders.byte_bpe: ByteBPE
        fairseq.data.encoders.fastbpe: fastBPE
        fairseq.data.encoders.gpt2_bpe: GPT2BPE
        fairseq.data.encoders.gpt2_bpe_utils: Encoder
        fairseq.data.encoders.hf_bert_bpe: BertBPE
        fairseq.data.encoders.hf_byte_bpe: HuggingFaceByteLevelBPE
        fairseq.data.encoders.moses_tokenizer: MosesTokenizer
        fairseq.data.encoders.sentencepiece_bpe: SentencepieceBPE
        fairseq.data.encoders.space_tokenizer: SpaceTokenizer
        fairseq.data.encoders.subword_nmt_bpe: SubwordNMTBPE
        fairseq.data.huffman.huffman_coder: HuffmanCodeBuilder HuffmanCoder
        fairseq.data.indexed_dataset: IndexedDatasetBuilder IndexedRawTextDataset MMapIndexedDatasetBuilder
        fairseq.data.iterators: BackgroundConsumer BufferedIterator CountingIterator FrozenBatchSampler GroupedIterator ShardedIterator
        fairseq.data.language_pair_dataset: LanguagePairDataset
        fairseq.data.legacy.block_pair_dataset: BlockPairDataset
        fairseq.data.legacy.masked_lm_dataset: MaskedLMDataset
        fairseq.data.legacy.masked_lm_dictionary: BertDictionary MaskedLMDictionary
        fairseq.data.lm_context_window_dataset: LMContextWindowDataset
        fairseq.data.mask_tokens_dataset: MaskTokensDataset
        fairseq.data.monolingual_dataset: MonolingualDataset
        fairseq.data.multi_corpus_dataset: MultiCorpusDataset
        fairseq.data.multilingual.multilingual_data_manager: MultilingualDatasetManager
        fairseq.data.multilingual.sampled_multi_dataset: SampledMultiDataset
        fairseq.data.multilingual.sampled_multi_epoch_dataset: SampledMultiEpochDataset
        fairseq.data.nested_dictionary_dataset: NestedDictionaryDataset
        fairseq.data.noising: NoisingDataset UnsupervisedMTNoising WordDropout WordNoising WordShuffle
        fairseq.data.prepend_token_dataset: PrependTokenDataset
        fairseq.data.resampling_dataset: ResamplingDataset
        fairseq.data.subsample_dataset: SubsampleDataset
        fairseq.data.token_block_dataset: TokenBlockDataset
        fairseq.data.transform_eos_concat_langpair_dataset: TransformEosConcatLangPairDataset
        fairseq.data.transform_eos_dataset: TransformEosDataset
        fairseq.distributed.legacy_distributed_data_parallel: LegacyDistributedDataParallel
        fairseq.distributed.module_proxy_wrapper: ModuleProxyWrapper
        fairseq.distributed.tpu_distributed_data_parallel: TPUDistributedDataParallel
        fairseq.hub_utils: BPEHubInterface GeneratorHubInterface TokenizerHubInterface
        fairseq.incremental_decoding_utils: FairseqIncrementalState
        fairseq.iterative_refinement_generator: IterativeRefinementGenerator
        fairseq.logging.progress_bar: AimProgressBarWrapper AzureMLProgressBarWrapper TensorboardProgressBarWrapper TqdmProgressBar WandBProgressBarWrapper
        fairseq.model_parallel.criterions.vocab_parallel_cross_entropy: VocabParallelCrossEntropyCriterion
        fairseq.model_parallel.megatron_trainer: MegatronTrainer
        fairseq.model_parallel.models.pipeline_parallel_transformer.layers: TransformerDecoderEmbedding TransformerDecoderLayer TransformerDecoderOutputLayer TransformerEncoderEmbedding TransformerEncoderLayer TransformerEncoderLayerNorm
        fairseq.model_parallel.models.pipeline_parallel_transformer.model: PipelineParallelTransformerModel TransformerDecoder TransformerEncoder
        fairseq.model_parallel.models.roberta.model: ModelParallelRobertaClassificationHead ModelParallelRobertaEncoder ModelParallelRobertaLMHead ModelParallelRobertaModel
        fairseq.model_parallel.models.transformer: ModelParallelTransformerDecoder ModelParallelTransformerEncoder ModelParallelTransformerModel
        fairseq.model_parallel.models.transformer_lm: ModelParallelTransformerLanguageModel
        fairseq.model_parallel.modules.multihead_attention: ModelParallelMultiheadAttention
        fairseq.model_parallel.modules.transformer_layer: ModelParallelTransformerDecoderLayer ModelParallelTransformerEncoderLayer
        fairseq.models.bart.hub_interface: BARTHubInterface
        fairseq.models.bart.model: BARTClassificationHead BARTModel
        fairseq.models.composite_encoder: CompositeEncoder
        fairseq.models.ema.ema: EMA
        fairseq.models.fairseq_decoder: FairseqDecoder
        fairseq.models.fairseq_encoder: FairseqEncoder
        fairseq.models.fairseq_incremental_decoder: FairseqIncrementalDecoder
        fairseq.models.fairseq_model: BaseFairseqModel FairseqEncoderDecoderModel FairseqEncoderModel FairseqLanguageModel FairseqModel FairseqMultiModel
        fairseq.models.fconv: AttentionLayer FConvDecoder FConvEncoder FConvModel
        fairseq.models.fconv_lm: FConvLanguageModel
        fairseq.models.fconv_self_att: FConvDecoder FConvEncoder FConvModelSelfAtt SelfAttention
        fairseq.models.hubert.hubert: HubertModel
        fairseq.models.hubert.hubert_asr: HubertCtc HubertEncoder
        fairseq.models.huggingface.hf_gpt2: HuggingFaceGPT2Decoder HuggingFaceGPT2LanguageModel
        fairseq.models.lightconv: LightConvDecoder LightConvDecoderLayer LightConvEncoder LightConvEncoderLayer LightConvModel
        fairseq.models.lightconv_lm: LightConvLanguageModel
        fairseq.models.lstm: AttentionLayer LSTMDecoder LSTMEncoder LSTMModel
        fairseq.models.lstm_lm: LSTMLanguageModel
        fairseq.models.masked_lm: MaskedLMEncoder MaskedLMModel
        fairseq.models.multilingual_transformer: MultilingualTransformerModel
        fairseq.models.nat.cmlm_transformer: CMLMNATransformerModel
        fairseq.models.nat.fairseq_nat_model: FairseqNATDecoder FairseqNATEncoder FairseqNATModel
        fairseq.models.nat.insertion_transformer: InsertionTransformerDecoder InsertionTransformerModel NegativeDistanceScore
        fairseq.models.nat.iterative_nonautoregressive_transformer: IterNATransformerModel
        fairseq.models.nat.levenshtein_transformer: LevenshteinTransformerDecoder LevenshteinTransformerModel
        fairseq.models.nat.nat_crf_transformer: NACRFTransformerModel
        fairseq.models.nat.nonautoregressive_ensembles: BasicEnsembleModel EnsembleLevT
        fairseq.models.nat.nonautoregressive_transformer: NATransformerDecoder NATransformerModel
        fairseq.models.roberta.enc_dec: RobertaEncDecModel
        fairseq.models.roberta.hub_interface: RobertaHubInterface
        fairseq.models.roberta.model: RobertaClassificationHead RobertaEncoder RobertaLMHead RobertaModel
        fairseq.models.roberta.model_camembert: CamembertModel
        fairseq.models.roberta.model_gottbert: GottbertModel
        fairseq.models.roberta.model_xlmr: XLMRModel
        fairseq.models.speech_to_speech.modules: CTCDecoder StackedEmbedding
        fairseq.models.speech_to_speech.s2s_conformer: S2SConformerEncoder S2UTConformerModel
        fairseq.models.speech_to_speech.s2s_transformer: S2STransformerEncoder S2STransformerMultitaskModelBase S2SpecTTransformerModel S2UTTransformerModel TransformerUnitDecoder
        fairseq.models.speech_to_text.berard: BerardEncoder BerardModel LSTMDecoder MLPAttention
        fairseq.models.speech_to_text.convtransformer: ConvTransformerEncoder ConvTransformerModel TransformerDecoderNoExtra
        fairseq.models.speech_to_text.hub_interface: S2THubInterface
        fairseq.models.speech_to_text.multi_modality_model: MultiInputDecoder MultiModalityEncoder
        fairseq.models.speech_to_text.s2t_conformer: S2TConformerEncoder S2TConformerModel
        fairseq.models.speech_to_text.s2t_transformer: Conv1dSubsampler S2TTransformerEncoder S2TTransformerModel TransformerDecoderScriptable
        fairseq.models.speech_to_text.s2t_wav_transformer: SpeechWavTransformerEncoder StackedSpeechWavTransformerEncoder
        fairseq.models.speech_to_text.utils: NoOp Permute
        fairseq.models.speech_to_text.xm_transformer: Conv1dAdaptor Wav2VecEncoderWithAdaptor XMTransformerModel
        fairseq.models.text_to_speech.codehifigan: CodeGenerator
        fairseq.models.text_to_speech.fastspeech2: FFTLayer FastSpeech2Encoder FastSpeech2Model LengthRegulator PositionwiseFeedForward VarianceAdaptor VariancePredictor
        fairseq.models.text_to_speech.hifigan: Generator ResBlock
        fairseq.models.text_to_speech.hub_interface: TTSHubInterface
        fairseq.models.text_to_speech.tacotron2: Postnet Prenet Tacotron2Decoder Tacotron2Encoder Tacotron2Model
        fairseq.models.text_to_speech.tts_transformer: TTSTransformerDecoder TTSTransformerEncoder TTSTransformerModel
        fairseq.models.text_to_speech.vocoder: CodeHiFiGANVocoder GriffinLim GriffinLimVocoder HiFiGANVocoder PseudoInverseMelScale
        fairseq.models.transformer.transformer_base: TransformerModelBase
        fairseq.models.transformer.transformer_decoder: TransformerDecoder TransformerDecoderBase
        fairseq.models.transformer.transformer_encoder: TransformerEncoder TransformerEncoderBase
        fairseq.models.transformer.transformer_legacy: TransformerModel
        fairseq.models.transformer_align: TransformerAlignModel
        fairseq.models.transformer_from_pretrained_xlm: TransformerDecoderFromPretrainedXLM TransformerEncoderFromPretrainedXLM TransformerFromPretrainedXLMModel
        fairseq.models.transformer_lm: TransformerLanguageModel
        fairseq.models.transformer_ulm: MultiStreamTransformerDecoder TransformerUnitLanguageModel
        fairseq.models.wav2vec.wav2vec: ConvAggegator ConvFeatureExtractionModel Wav2VecModel Wav2VecPredictionsModel ZeroPad1d
        fairseq.models.wav2vec.wav2vec2: ConformerEncoder ConvFeatureExtractionModel TransformerEncoder TransformerSentenceEncoderLayer Wav2Vec2Model
        fairseq.models.wav2vec.wav2vec2_asr: TransformerDecoder Wav2Vec2Seq2SeqModel Wav2VecCtc Wav2VecEncoder
        fairseq.models.xmod.hub_interface: XMODHubInterface
        fairseq.models.xmod.model: XMODEncoder XMODModel XMODTransformerEncoder
        fairseq.models.xmod.transformer_layer_xmod: Adapter XMODTransformerEncoderLayerBase
        fairseq.modules.adaptive_input: AdaptiveInput
        fairseq.modules.adaptive_softmax: AdaptiveSoftmax TiedHeadModule TiedLinear
        fairseq.modules.base_layer: BaseLayer BaseSublayer
        fairseq.modules.beamable_mm: BeamableMM
        fairseq.modules.character_token_embedder: CharacterTokenEmbedder Highway
        fairseq.modules.conformer_layer: ConformerEncoderLayer ConformerWav2Vec2EncoderLayer ConvolutionModule FeedForwardModule
        fairseq.modules.conv_tbc: ConvTBC
        fairseq.modules.downsampled_multihead_attention: Downsample SingleHeadAttention
        fairseq.modules.dynamic_convolution: DynamicConv1dTBC
        fairseq.modules.dynamic_crf_layer: DynamicCRF
        fairseq.modules.dynamicconv_layer.dynamicconv_layer: DynamicconvLayer
        fairseq.modules.ema_module: EMAModule
        fairseq.modules.espnet_multihead_attention: ESPNETMultiHeadedAttention RelPositionMultiHeadedAttention RotaryPositionMultiHeadedAttention
        fairseq.modules.fairseq_dropout: FairseqDropout
        fairseq.modules.fp32_batch_norm: Fp32BatchNorm
        fairseq.modules.fp32_group_norm: Fp32GroupNorm
        fairseq.modules.fp32_instance_norm: Fp32InstanceNorm
        fairseq.modules.gumbel_vector_quantizer: GumbelVectorQuantizer
        fairseq.modules.kmeans_attention: Chunk DepthWiseConv1d FeedForward FixedPositionalEmbedding GELU_ KmeansAttention MatrixMultiply ProjectInOut ReZero ScaleNorm SelfAttention
        fairseq.modules.kmeans_vector_quantizer: KmeansVectorQuantizer
        fairseq.modules.layer_norm: Fp32LayerNorm
        fairseq.modules.learned_positional_embedding: LearnedPositionalEmbedding
        fairseq.modules.lightconv_layer.lightconv_layer: LightconvLayer
        fairseq.modules.lightweight_convolution: LightweightConv1d LightweightConv1dTBC
        fairseq.modules.linearized_convolution: LinearizedConvolution
        fairseq.modules.location_attention: LocationAttention
        fairseq.modules.lstm_cell_with_zoneout: LSTMCellWithZoneOut
        fairseq.modules.multihead_attention: MultiheadAttention
        fairseq.modules.positional_encoding: PositionalEncoding RelPositionalEncoding
        fairseq.modules.quantization.pq.em: EM
        fairseq.modules.quantization.pq.modules.qconv: PQConv2d
        fairseq.modules.quantization.pq.modules.qemb: PQEmbedding
        fairseq.modules.quantization.pq.modules.qlinear: PQLinear
        fairseq.modules.quantization.pq.pq: PQ
        fairseq.modules.quantization.scalar.modules.qact: ActivationQuantizer
        fairseq.modules.quantization.scalar.modules.qconv: IntConv2d
        fairseq.modules.quantization.scalar.modules.qemb: IntEmbedding
        fairseq.modules.quantization.scalar.modules.qlinear: IntLinear
        fairseq.modules.rotary_positional_embedding: RotaryPositionalEmbedding
        fairseq.modules.same_pad: SamePad
        fairseq.modules.sinusoidal_positional_embedding: SinusoidalPositionalEmbedding
        fairseq.modules.sparse_multihead_attention: SparseMultiheadAttention
        fairseq.modules.sparse_transformer_sentence_encoder: SparseTransformerSentenceEncoder
        fairseq.modules.sparse_transformer_sentence_encoder_layer: SparseTransformerSentenceEncoderLayer
        fairseq.modules.transformer_layer: TransformerDecoderLayer TransformerDecoderLayerBase TransformerEncoderLayer TransformerEncoderLayerBase
        fairseq.modules.transformer_sentence_encoder: TransformerSentenceEncoder
        fairseq.modules.transformer_sentence_encoder_layer: TransformerSentenceEncoderLayer
        fairseq.modules.transpose_last: TransposeLast
        fairseq.modules.vggblock: VGGBlock
        fairseq.nan_detector: NanDetector
        fairseq.ngram_repeat_block: NGramRepeatBlock
        fairseq.optim.adadelta: Adadelta
        fairseq.optim.adafactor: Adafactor FairseqAdafactor
        fairseq.optim.adagrad: Adagrad
        fairseq.optim.adam: Adam FairseqAdam
        fairseq.optim.adamax: Adamax FairseqAdamax
        fairseq.optim.amp_optimizer: AMPOptimizer
        fairseq.optim.bmuf: FairseqBMUF
        fairseq.optim.composite: CompositeOptimizer FairseqCompositeOptimizer
        fairseq.optim.cpu_adam: CPUAdam FairseqCPUAdam
        fairseq.optim.fused_adam: FusedAdamV1
        fairseq.optim.fused_lamb: FairseqLAMB
        fairseq.optim.lr_scheduler.cosine_lr_scheduler: CosineLRSchedule
        fairseq.optim.lr_scheduler.inverse_square_root_schedule: InverseSquareRootSchedule
        fairseq.optim.lr_scheduler.manual_lr_scheduler: ManualSchedule
        fairseq.optim.lr_scheduler.polynomial_decay_schedule: PolynomialDecayLRSchedule
        fairseq.optim.lr_scheduler.reduce_lr_on_plateau: ReduceLROnPlateauLRSchedule
        fairseq.optim.lr_scheduler.step_lr_scheduler: StepLRSchedule
        fairseq.optim.lr_scheduler.tri_stage_lr_scheduler: TriStageLRSchedule
        fairseq.optim.lr_scheduler.triangular_lr_scheduler: TriangularLRSchedule
        fairseq.optim.nag: NAG
        fairseq.quantization_utils: Quantizer
        fairseq.scoring.tokenizer: EvaluationTokenizer
        fairseq.scoring.wer: WerScorer
        fairseq.search: BeamSearch DiverseBeamSearch DiverseSiblingsSearch LengthConstrainedBeamSearch LexicallyConstrainedBeamSearch PrefixConstrainedBeamSearch Sampling Search
        fairseq.sequence_generator: EnsembleModel EnsembleModelWithAlignment SequenceGenerator SequenceGeneratorWithAlignment
        fairseq.sequence_scorer: SequenceScorer
        fairseq.speech_generator: AutoRegressiveSpeechGenerator NonAutoregressiveSpeechGenerator SpeechGenerator TeacherForcingAutoRegressiveSpeechGenerator
        fairseq.tasks.audio_finetuning: AudioFinetuningTask
        fairseq.tasks.audio_pretraining: AudioPretrainingTask
        fairseq.tasks.cross_lingual_lm: CrossLingualLMTask
        fairseq.tasks.denoising: DenoisingTask
        fairseq.tasks.fairseq_task: FairseqTask LegacyFairseqTask
        fairseq.tasks.frm_text_to_speech: FrmTextToSpeechTask
        fairseq.tasks.hubert_pretraining: HubertPretrainingTask
        fairseq.tasks.language_modeling: LanguageModelingTask
        fairseq.tasks.legacy_masked_lm: LegacyMaskedLMTask
        fairseq.tasks.masked_lm: MaskedLMTask
        fairseq.tasks.multilingual_denoising: MultilingualDenoisingTask
        fairseq.tasks.multilingual_language_modeling: MultilingualLanguageModelingTask
        fairseq.tasks.multilingual_masked_lm: MultiLingualMaskedLMTask
        fairseq.tasks.multilingual_translation: MultilingualTranslationTask
        fairseq.tasks.online_backtranslation: OnlineBackTranslationTask
        fairseq.tasks.semisupervised_translation: SemisupervisedTranslationTask
        fairseq.tasks.sentence_prediction: SentencePredictionTask
        fairseq.tasks.sentence_prediction_adapters: SentencePredictionAdapterTask
        fairseq.tasks.sentence_ranking: SentenceRankingTask
        fairseq.tasks.simultaneous_translation: SimulSpeechToTextTask SimulTextToTextTask
        fairseq.tasks.speech_to_speech: DummyMultiTask SpeechToSpeechTask StackUnitSequenceGenerator
        fairseq.tasks.speech_to_text: SpeechToTextTask
        fairseq.tasks.speech_ulm_task: SpeechUnitLanguageModelingTask UnitDictionary
        fairseq.tasks.text_to_speech: TextToSpeechTask
        fairseq.tasks.translation: TranslationTask
        fairseq.tasks.translation_from_pretrained_bart: TranslationFromPretrainedBARTTask
        fairseq.tasks.translation_from_pretrained_xlm: TranslationFromPretrainedXLMTask
        fairseq.tasks.translation_lev: TranslationLevenshteinTask
        fairseq.tasks.translation_multi_simple_epoch: TranslationMultiSimpleEpochTask
        fairseq.token_generation_constraints: UnorderedConstraintState
        fairseq.trainer: Trainer
        fairseq.utils: CudaEnvironment set_torch_seed
        hydra._internal.callbacks: Callbacks
        hydra._internal.config_repository: CachingConfigRepository ConfigRepository
        hydra._internal.core_plugins.file_config_source: FileConfigSource
        hydra._internal.core_plugins.importlib_resources_config_source: ImportlibResourcesConfigSource
        hydra._internal.core_plugins.structured_config_source: StructuredConfigSource
        hydra._internal.core_plugins.zsh_completion: ZshCompletion
        hydra._internal.defaults_list: Overrides
        hydra._internal.hydra: Hydra
        hydra._internal.logging_config: HydraDictConfigurator
        hydra.core.default_element: ConfigDefault
        hydra.core.override_parser.types: FloatRange
        hydra.experimental.callbacks: LogJobReturnCallback PickleJobInfoCallback
        hydra.experimental.initialize: initialize initialize_config_dir initialize_config_module
        hydra.initialize: initialize initialize_config_dir initialize_config_module
        hydra.plugins.config_source: ConfigSource
        hydra.types: TargetConf
        lightning_fabric._graveyard.tpu: SingleTPUStrategy TPUAccelerator TPUBf16Precision TPUPrecision XLABf16Precision
        lightning_fabric.accelerators.xla: XLAAccelerator
        lightning_fabric.connector: _Connector
        lightning_fabric.fabric: Fabric
        lightning_fabric.loggers.csv_logs: CSVLogger _ExperimentWriter
        lightning_fabric.loggers.tensorboard: TensorBoardLogger
        lightning_fabric.plugins.environments.lsf: LSFEnvironment
        lightning_fabric.plugins.environments.slurm: SLURMEnvironment
        lightning_fabric.plugins.precision.amp: MixedPrecision
        lightning_fabric.plugins.precision.bitsandbytes: BitsandbytesPrecision
        lightning_fabric.plugins.precision.deepspeed: DeepSpeedPrecision
        lightning_fabric.plugins.precision.fsdp: FSDPPrecision
        lightning_fabric.plugins.precision.utils: _ClassReplacementContextManager _DtypeContextManager
        lightning_fabric.plugins.precision.xla: XLAPrecision
        lightning_fabric.strategies.deepspeed: DeepSpeedStrategy
        lightning_fabric.strategies.fsdp: FSDPStrategy
        lightning_fabric.strategies.launchers.subprocess_script: _ChildProcessObserver
        lightning_fabric.strategies.single_device: SingleDeviceStrategy
        lightning_fabric.strategies.single_xla: SingleDeviceXLAStrategy
        lightning_fabric.utilities.device_dtype_mixin: _DeviceDtypeModuleMixin
        lightning_fabric.utilities.distributed: DistributedSamplerWrapper
        lightning_fabric.utilities.spike: SpikeDetection
        lightning_fabric.utilities.throughput: Throughput ThroughputMonitor
        mmcv.cnn.alexnet: AlexNet
        mmcv.cnn.bricks.activation: Clamp GELU SiLU
        mmcv.cnn.bricks.context_block: ContextBlock
        mmcv.cnn.bricks.conv2d_adaptive_padding: Conv2dAdaptivePadding
        mmcv.cnn.bricks.conv_module: ConvModule
        mmcv.cnn.bricks.conv_ws: ConvAWS2d ConvWS2d
        mmcv.cnn.bricks.depthwise_separable_conv_module: DepthwiseSeparableConvModule
        mmcv.cnn.bricks.drop: DropPath Dropout
        mmcv.cnn.bricks.generalized_attention: GeneralizedAttention
        mmcv.cnn.bricks.hsigmoid: HSigmoid
        mmcv.cnn.bricks.hswish: HSwish
        mmcv.cnn.bricks.non_local: NonLocal1d NonLocal2d NonLocal3d _NonLocalNd
        mmcv.cnn.bricks.scale: LayerScale Scale
        mmcv.cnn.bricks.swish: Swish
        mmcv.cnn.bricks.transformer: AdaptivePadding BaseTransformerLayer FFN MultiheadAttention PatchEmbed PatchMerging TransformerLayerSequence
        mmcv.cnn.bricks.upsample: PixelShufflePack
        mmcv.cnn.bricks.wrappers: Conv2d Conv3d ConvTranspose2d ConvTranspose3d Linear MaxPool2d MaxPool3d
        mmcv.cnn.resnet: BasicBlock Bottleneck ResNet
        mmcv.cnn.rfsearch.operator: BaseConvRFSearchOp Conv2dRFSearchOp
        mmcv.cnn.rfsearch.search: RFSearchHook
        mmcv.cnn.vgg: VGG
        mmcv.ops.bezier_align: BezierAlign
        mmcv.ops.border_align: BorderAlign
        mmcv.ops.carafe: CARAFE CARAFENaive CARAFEPack
        mmcv.ops.cc_attention: CrissCrossAttention
        mmcv.ops.corner_pool: CornerPool
        mmcv.ops.correlation: Correlation
        mmcv.ops.deform_conv: DeformConv2d DeformConv2dPack DeformConv2dPack_MLU
        mmcv.ops.deform_roi_pool: DeformRoIPool DeformRoIPoolPack ModulatedDeformRoIPoolPack
        mmcv.ops.deprecated_wrappers: Conv2d_deprecated ConvTranspose2d_deprecated Linear_deprecated MaxPool2d_deprecated
        mmcv.ops.focal_loss: SigmoidFocalLoss SoftmaxFocalLoss
        mmcv.ops.fused_bias_leakyrelu: FusedBiasLeakyReLU
        mmcv.ops.group_points: GroupAll QueryAndGroup
        mmcv.ops.masked_conv: MaskedConv2d
        mmcv.ops.merge_cells: BaseMergeCell ConcatCell GlobalPoolingCell SumCell
        mmcv.ops.modulated_deform_conv: ModulatedDeformConv2d ModulatedDeformConv2dPack ModulatedDeformConv2dPack_MLU
        mmcv.ops.multi_scale_deform_attn: MultiScaleDeformableAttention
        mmcv.ops.point_sample: SimpleRoIAlign
        mmcv.ops.points_sampler: DFPSSampler FFPSSampler FSSampler PointsSampler
        mmcv.ops.prroi_pool: PrRoIPool
        mmcv.ops.psa_mask: PSAMask
        mmcv.ops.riroi_align_rotated: RiRoIAlignRotated
        mmcv.ops.roi_align: RoIAlign
        mmcv.ops.roi_align_rotated: RoIAlignRotated
        mmcv.ops.roi_pool: RoIPool
        mmcv.ops.roiaware_pool3d: RoIAwarePool3d
        mmcv.ops.roipoint_pool3d: RoIPointPool3d
        mmcv.ops.saconv: SAConv2d
        mmcv.ops.scatter_points: DynamicScatter
        mmcv.ops.sparse_conv: SparseConv2d SparseConv3d SparseConv4d SparseConvTranspose2d SparseConvTranspose3d SparseConvolution SparseInverseConv2d SparseInverseConv3d SubMConv2d SubMConv3d SubMConv4d
        mmcv.ops.sparse_modules: RemoveGrid SparseModule ToDense
        mmcv.ops.sparse_pool: SparseMaxPool SparseMaxPool2d SparseMaxPool3d
        mmcv.ops.sparse_structure: SparseConvTensor
        mmcv.ops.sync_bn: SyncBatchNorm
        mmcv.ops.tin_shift: TINShift
        mmcv.ops.voxelize: Voxelization
        mmcv.transforms.processing: Normalize RandomChoiceResize RandomFlip RandomResize TestTimeAug
        mmcv.transforms.utils: cache_randomness
        mmcv.transforms.wrappers: Compose RandomChoice
        mmcv.video.io: VideoReader
        mmengine._strategy.base: BaseStrategy
        mmengine._strategy.colossalai: ColossalAIOptimWrapper ColossalAIStrategy
        mmengine._strategy.deepspeed: DeepSpeedOptimWrapper DeepSpeedStrategy
        mmengine._strategy.distributed: DDPStrategy
        mmengine._strategy.fsdp: FSDPStrategy
        mmengine._strategy.single_device: SingleDeviceStrategy
        mmengine._strategy.utils: MetaTensorContext
        mmengine.analysis.complexity_analysis: ActivationAnalyzer FlopAnalyzer
        mmengine.analysis.jit_analysis: JitModelAnalysis
        mmengine.config.utils: ImportTransformer
        mmengine.dataset.base_dataset: Compose
        mmengine.dataset.dataset_wrapper: ClassBalancedDataset RepeatDataset
        mmengine.dataset.sampler: DefaultSampler InfiniteSampler
        mmengine.evaluator.evaluator: Evaluator
        mmengine.evaluator.metric: BaseMetric DumpResults
        mmengine.fileio.backends.memcached_backend: MemcachedBackend
        mmengine.fileio.backends.petrel_backend: PetrelBackend
        mmengine.fileio.file_client: HardDiskBackend
        mmengine.hooks.checkpoint_hook: CheckpointHook
        mmengine.hooks.early_stopping_hook: EarlyStoppingHook
        mmengine.hooks.logger_hook: LoggerHook
        mmengine.hooks.profiler_hook: NPUProfilerHook ProfilerHook
        mmengine.logging.logger: MMFormatter
        mmengine.model.averaged_model: BaseAveragedModel ExponentialMovingAverage MomentumAnnealingEMA StochasticWeightAverage
        mmengine.model.base_model.base_model: BaseModel
        mmengine.model.base_model.data_preprocessor: BaseDataPreprocessor ImgDataPreprocessor
        mmengine.model.base_module: BaseModule ModuleDict ModuleList Sequential
        mmengine.model.test_time_aug: BaseTTAModel
        mmengine.model.utils: _BatchNormXd
        mmengine.model.weight_init: BaseInit Caffe2XavierInit ConstantInit KaimingInit NormalInit TruncNormalInit UniformInit XavierInit
        mmengine.model.wrappers.fully_sharded_distributed: MMFullyShardedDataParallel
        mmengine.optim.optimizer.amp_optimizer_wrapper: AmpOptimWrapper
        mmengine.optim.optimizer.apex_optimizer_wrapper: ApexOptimWrapper
        mmengine.optim.optimizer.base: BaseOptimWrapper
        mmengine.optim.optimizer.default_constructor: DefaultOptimWrapperConstructor
        mmengine.optim.optimizer.optimizer_wrapper: OptimWrapper
        mmengine.optim.optimizer.optimizer_wrapper_dict: OptimWrapperDict
        mmengine.optim.optimizer.zero_optimizer: ZeroRedundancyOptimizer
        mmengine.optim.scheduler.lr_scheduler: ConstantLR CosineAnnealingLR CosineRestartLR ExponentialLR LinearLR MultiStepLR OneCycleLR PolyLR ReduceOnPlateauLR StepLR
        mmengine.optim.scheduler.momentum_scheduler: ConstantMomentum CosineAnnealingMomentum CosineRestartMomentum ExponentialMomentum LinearMomentum MultiStepMomentum PolyMomentum ReduceOnPlateauMomentum StepMomentum
        mmengine.optim.scheduler.param_scheduler: ConstantParamScheduler CosineAnnealingParamScheduler CosineRestartParamScheduler ExponentialParamScheduler LinearParamScheduler MultiStepParamScheduler OneCycleParamScheduler PolyParamScheduler ReduceOnPlateauParamScheduler StepParamScheduler _ParamScheduler
        mmengine.runner._flexible_runner: FlexibleRunner
        mmengine.runner.base_loop: BaseLoop
        mmengine.runner.log_processor: LogProcessor
        mmengine.runner.loops: EpochBasedTrainLoop IterBasedTrainLoop TestLoop ValLoop _InfiniteDataloaderIterator
        mmengine.runner.runner: Runner
        mmengine.testing._internal.distributed: MultiProcessTestCase
        mmengine.testing.runner_test_case: RunnerTestCase ToyMetric ToyModel
        mmengine.utils.dl_utils.visualize: ToyModel
        mmengine.utils.timer: Timer
        mmpretrain.apis.base: BaseInferencer
        mmpretrain.apis.feature_extractor: FeatureExtractor
        mmpretrain.apis.image_caption: ImageCaptionInferencer
        mmpretrain.apis.image_classification: ImageClassificationInferencer
        mmpretrain.apis.image_retrieval: ImageRetrievalInferencer
        mmpretrain.apis.multimodal_retrieval: ImageToTextRetrievalInferencer TextToImageRetrievalInferencer
        mmpretrain.apis.nlvr: NLVRInferencer
        mmpretrain.apis.visual_grounding: VisualGroundingInferencer
        mmpretrain.apis.visual_question_answering: VisualQuestionAnsweringInferencer
        mmpretrain.datasets.dataset_wrappers: KFoldDataset
        mmpretrain.datasets.multi_task: MultiTaskDataset
        mmpretrain.datasets.samplers.repeat_aug: RepeatAugSampler
        mmpretrain.datasets.samplers.sequential: SequentialSampler
        mmpretrain.datasets.transforms.auto_augment: AutoAugment RandAugment
        mmpretrain.datasets.transforms.formatting: PackMultiTaskInputs
        mmpretrain.datasets.transforms.processing: Albumentations BEiTMaskGenerator CleanCaption ColorJitter Lighting MAERandomResizedCrop SimMIMMaskGenerator TorchVisonTransformWrapper
        mmpretrain.datasets.transforms.wrappers: ApplyToList
        mmpretrain.engine.hooks.swav_hook: SwAVHook
        mmpretrain.engine.hooks.switch_recipe_hook: SwitchRecipeHook
        mmpretrain.engine.hooks.visualization_hook: VisualizationHook
        mmpretrain.engine.optimizers.adan_t: Adan
        mmpretrain.engine.optimizers.lamb: Lamb
        mmpretrain.engine.optimizers.lars: LARS
        mmpretrain.engine.optimizers.layer_decay_optim_wrapper_constructor: LearningRateDecayOptimWrapperConstructor
        mmpretrain.engine.runners.retrieval_loop: RetrievalTestLoop RetrievalValLoop
        mmpretrain.engine.schedulers.weight_decay_scheduler: CosineAnnealingWeightDecay
        mmpretrain.evaluation.metrics.ANLS: ANLS
        mmpretrain.evaluation.metrics.caption: COCOCaption
        mmpretrain.evaluation.metrics.gqa: GQAAcc
        mmpretrain.evaluation.metrics.multi_label: AveragePrecision MultiLabelMetric
        mmpretrain.evaluation.metrics.multi_task: MultiTasksMetric
        mmpretrain.evaluation.metrics.nocaps: NocapsSave
        mmpretrain.evaluation.metrics.retrieval: RetrievalAveragePrecision RetrievalRecall
        mmpretrain.evaluation.metrics.scienceqa: ScienceQAMetric
        mmpretrain.evaluation.metrics.shape_bias_label: ShapeBiasMetric
        mmpretrain.evaluation.metrics.single_label: Accuracy ConfusionMatrix SingleLabelMetric
        mmpretrain.evaluation.metrics.visual_grounding_eval: VisualGroundingMetric
        mmpretrain.evaluation.metrics.voc_multi_label: VOCAveragePrecision VOCMultiLabelMetric
        mmpretrain.evaluation.metrics.vqa: ReportVQA VQAAcc
        mmpretrain.models.backbones.alexnet: AlexNet
        mmpretrain.models.backbones.base_backbone: BaseBackbone
        mmpretrain.models.backbones.beit: BEiTTransformerEncoderLayer BEiTViT RelativePositionBias
        mmpretrain.models.backbones.conformer: Conformer ConvBlock ConvTransBlock FCUDown FCUUp
        mmpretrain.models.backbones.convmixer: ConvMixer Residual
        mmpretrain.models.backbones.convnext: ConvNeXt ConvNeXtBlock
        mmpretrain.models.backbones.cspnet: CSPDarkNet CSPNet CSPResNeXt CSPResNet CSPStage DarknetBottleneck
        mmpretrain.models.backbones.davit: ChannelAttention ChannelBlock ConvPosEnc DaViT DaViTBlock DaViTBlockSequence DaViTDownSample DaViTWindowMSA SpatialBlock
        mmpretrain.models.backbones.deit: DistilledVisionTransformer
        mmpretrain.models.backbones.deit3: DeiT3 DeiT3FFN DeiT3TransformerEncoderLayer
        mmpretrain.models.backbones.densenet: DenseBlock DenseLayer DenseNet DenseTransition
        mmpretrain.models.backbones.edgenext: EdgeNeXt SDTAEncoder
        mmpretrain.models.backbones.efficientformer: AttentionWithBias ConvMlp EfficientFormer Flat LinearMlp Meta3D Meta4D
        mmpretrain.models.backbones.efficientnet: EdgeResidual EfficientNet
        mmpretrain.models.backbones.efficientnet_v2: EfficientNetV2 EnhancedConvModule
        mmpretrain.models.backbones.hivit: Attention BlockWithRPE HiViT Mlp PatchEmbed PatchMerge
        mmpretrain.models.backbones.hornet: GlobalLocalFilter HorNet HorNetBlock HorNetLayerNorm gnConv
        mmpretrain.models.backbones.hrnet: HRModule HRNet
        mmpretrain.models.backbones.inception_v3: BasicConv2d InceptionA InceptionAux InceptionB InceptionC InceptionD InceptionE InceptionV3
        mmpretrain.models.backbones.lenet: LeNet5
        mmpretrain.models.backbones.levit: Attention AttentionSubsample ConvolutionBatchNorm HybridBackbone LeViT LinearBatchNorm MLP Residual Subsample
        mmpretrain.models.backbones.mixmim: MixMIMBlock MixMIMLayer MixMIMTransformer MixMIMWindowAttention
        mmpretrain.models.backbones.mlp_mixer: MixerBlock MlpMixer
        mmpretrain.models.backbones.mobilenet_v2: InvertedResidual MobileNetV2
        mmpretrain.models.backbones.mobilenet_v3: MobileNetV3
        mmpretrain.models.backbones.mobileone: MobileOne MobileOneBlock
        mmpretrain.models.backbones.mobilevit: MobileViT MobileVitBlock
        mmpretrain.models.backbones.mvit: MLP MViT MultiScaleAttention MultiScaleBlock
        mmpretrain.models.backbones.poolformer: Mlp PatchEmbed PoolFormer PoolFormerBlock Pooling
        mmpretrain.models.backbones.regnet: RegNet
        mmpretrain.models.backbones.replknet: ConvFFN RepLKBlock RepLKNet RepLKNetStage ReparamLargeKernelConv
        mmpretrain.models.backbones.repmlp: ConvFFN GlobalPerceptron PatchEmbed RepMLPBlock RepMLPNet RepMLPNetUnit
        mmpretrain.models.backbones.repvgg: MTSPPF RepVGG RepVGGBlock
        mmpretrain.models.backbones.res2net: Bottle2neck Res2Layer Res2Net
        mmpretrain.models.backbones.resnest: Bottleneck RSoftmax ResNeSt SplitAttentionConv2d
        mmpretrain.models.backbones.resnet: BasicBlock Bottleneck ResLayer ResNet ResNetV1c ResNetV1d
        mmpretrain.models.backbones.resnet_cifar: ResNet_CIFAR
        mmpretrain.models.backbones.resnext: Bottleneck ResNeXt
        mmpretrain.models.backbones.revvit: RevTransformerEncoderLayer RevVisionTransformer TwoStreamFusion
        mmpretrain.models.backbones.riformer: Affine RIFormer RIFormerBlock
        mmpretrain.models.backbones.seresnet: SEBottleneck SEResNet
        mmpretrain.models.backbones.seresnext: SEBottleneck SEResNeXt
        mmpretrain.models.backbones.shufflenet_v1: ShuffleNetV1 ShuffleUnit
        mmpretrain.models.backbones.shufflenet_v2: InvertedResidual ShuffleNetV2
        mmpretrain.models.backbones.sparse_convnext: SparseConvNeXt SparseConvNeXtBlock
        mmpretrain.models.backbones.sparse_resnet: SparseResNet
        mmpretrain.models.backbones.swin_transformer: SwinBlock SwinBlockSequence SwinTransformer
        mmpretrain.models.backbones.swin_transformer_v2: SwinBlockV2 SwinBlockV2Sequence SwinTransformerV2
        mmpretrain.models.backbones.t2t_vit: T2TModule T2TTransformerLayer T2T_ViT
        mmpretrain.models.backbones.timm_backbone: TIMMBackbone
        mmpretrain.models.backbones.tinyvit: BasicStage ConvBN2d ConvStage MBConvBlock MLP PatchEmbed PatchMerging TinyViT TinyViTBlock
        mmpretrain.models.backbones.tnt: PixelEmbed TNT TnTLayer TransformerBlock
        mmpretrain.models.backbones.twins: GSAEncoderLayer GlobalSubsampledAttention LSAEncoderLayer LocallyGroupedSelfAttention PCPVT SVT
        mmpretrain.models.backbones.van: LKA MixFFN SpatialAttention VAN VANBlock VANPatchEmbed
        mmpretrain.models.backbones.vgg: VGG
        mmpretrain.models.backbones.vig: BasicConv DenseDilated DenseDilatedKnnGraph DyGraphConv2d EdgeConv2d FFN GINConv2d GraphConv2d GraphSAGE Grapher MRConv2d PyramidVig Vig
        mmpretrain.models.backbones.vision_transformer: TransformerEncoderLayer VisionTransformer
        mmpretrain.models.backbones.vit_eva02: AttentionWithRoPE EVA02EndcoderLayer ViTEVA02
        mmpretrain.models.backbones.vit_sam: Attention TransformerEncoderLayer ViTSAM
        mmpretrain.models.backbones.xcit: ClassAttentionBlock ClassAttntion ConvPatchEmbed LPI PositionalEncodingFourier XCA XCABlock XCiT
        mmpretrain.models.classifiers.base: BaseClassifier
        mmpretrain.models.classifiers.hugging_face: HuggingFaceClassifier
        mmpretrain.models.classifiers.image: ImageClassifier
        mmpretrain.models.classifiers.timm: TimmClassifier
        mmpretrain.models.heads.beitv1_head: BEiTV1Head
        mmpretrain.models.heads.beitv2_head: BEiTV2Head
        mmpretrain.models.heads.cae_head: CAEHead
        mmpretrain.models.heads.cls_head: ClsHead
        mmpretrain.models.heads.conformer_head: ConformerHead
        mmpretrain.models.heads.contrastive_head: ContrastiveHead
        mmpretrain.models.heads.deit_head: DeiTClsHead
        mmpretrain.models.heads.efficientformer_head: EfficientFormerClsHead
        mmpretrain.models.heads.grounding_head: GroundingHead
        mmpretrain.models.heads.itc_head: ITCHead
        mmpretrain.models.heads.itm_head: ITMHead Pooler
        mmpretrain.models.heads.itpn_clip_head: iTPNClipHead
        mmpretrain.models.heads.latent_heads: LatentCrossCorrelationHead LatentPredictHead
        mmpretrain.models.heads.levit_head: BatchNormLinear LeViTClsHead
        mmpretrain.models.heads.linear_head: LinearClsHead
        mmpretrain.models.heads.mae_head: MAEPretrainHead
        mmpretrain.models.heads.margin_head: ArcFaceClsHead NormProduct
        mmpretrain.models.heads.mim_head: MIMHead
        mmpretrain.models.heads.mixmim_head: MixMIMPretrainHead
        mmpretrain.models.heads.mocov3_head: MoCoV3Head
        mmpretrain.models.heads.multi_label_cls_head: MultiLabelClsHead
        mmpretrain.models.heads.multi_label_csra_head: CSRAClsHead CSRAModule
        mmpretrain.models.heads.multi_label_linear_head: MultiLabelLinearClsHead
        mmpretrain.models.heads.multi_task_head: MultiTaskHead
        mmpretrain.models.heads.seq_gen_head: SeqGenerationHead
        mmpretrain.models.heads.simmim_head: SimMIMHead
        mmpretrain.models.heads.spark_head: SparKPretrainHead
        mmpretrain.models.heads.stacked_head: LinearBlock StackedLinearClsHead
        mmpretrain.models.heads.swav_head: SwAVHead
        mmpretrain.models.heads.vig_head: VigClsHead
        mmpretrain.models.heads.vision_transformer_head: VisionTransformerClsHead
        mmpretrain.models.heads.vqa_head: VQAGenerationHead
        mmpretrain.models.losses.asymmetric_loss: AsymmetricLoss
        mmpretrain.models.losses.cae_loss: CAELoss
        mmpretrain.models.losses.cosine_similarity_loss: CosineSimilarityLoss
        mmpretrain.models.losses.cross_correlation_loss: CrossCorrelationLoss
        mmpretrain.models.losses.cross_entropy_loss: CrossEntropyLoss
        mmpretrain.models.losses.focal_loss: FocalLoss
        mmpretrain.models.losses.label_smooth_loss: LabelSmoothLoss
        mmpretrain.models.losses.reconstruction_loss: PixelReconstructionLoss
        mmpretrain.models.losses.seesaw_loss: SeesawLoss
        mmpretrain.models.losses.swav_loss: MultiPrototypes SwAVLoss
        mmpretrain.models.multimodal.blip.blip_caption: BlipCaption
        mmpretrain.models.multimodal.blip.blip_grounding: BlipGrounding
        mmpretrain.models.multimodal.blip.blip_nlvr: BlipNLVR
        mmpretrain.models.multimodal.blip.blip_retrieval: BlipRetrieval
        mmpretrain.models.multimodal.blip.blip_vqa: BlipVQA
        mmpretrain.models.multimodal.blip.language_model: BaseEncoder BertAttention BertEmbeddings BertEncoder BertIntermediate BertLMHeadModel BertLMPredictionHead BertLayer BertModel BertOnlyMLMHead BertOutput BertPooler BertPreTrainedModel BertPredictionHeadTransform BertSelfAttention BertSelfOutput Linear XBertEncoder XBertLMHeadDecoder
        mmpretrain.models.multimodal.blip2.Qformer: BertEmbeddings BertEncoder BertLMHeadModel BertLayer BertModel Qformer
        mmpretrain.models.multimodal.blip2.blip2_caption: Blip2Caption
        mmpretrain.models.multimodal.blip2.blip2_opt_vqa: Blip2VQA
        mmpretrain.models.multimodal.blip2.blip2_retriever: Blip2Retrieval
        mmpretrain.models.multimodal.blip2.modeling_opt: OPTAttention OPTDecoder OPTDecoderLayer OPTForCausalLM OPTLearnedPositionalEmbedding OPTModel OPTPreTrainedModel
        mmpretrain.models.multimodal.chinese_clip.bert: BertEmbeddings BertEncoder BertLayer BertModelCN BertPreTrainedModel
        mmpretrain.models.multimodal.chinese_clip.chinese_clip: AttentionPool2d Bottleneck ChineseCLIP ModifiedResNet
        mmpretrain.models.multimodal.clip.clip: CLIP CLIPZeroShot LayerNorm
        mmpretrain.models.multimodal.clip.clip_transformer: CLIPProjection CLIPTransformer
        mmpretrain.models.multimodal.flamingo.flamingo: Flamingo
        mmpretrain.models.multimodal.flamingo.modules: FlamingoLayer GatedCrossAttentionBlock MaskedCrossAttention PerceiverAttention PerceiverResampler
        mmpretrain.models.multimodal.llava.llava: Llava
        mmpretrain.models.multimodal.llava.modules: LlavaLlamaForCausalLM
        mmpretrain.models.multimodal.minigpt4.minigpt4: MiniGPT4
        mmpretrain.models.multimodal.ofa.ofa: OFA TreeNode
        mmpretrain.models.multimodal.ofa.ofa_modules: MultiheadAttention OFADecoder OFADecoderLayer OFAEncoder OFAEncoderLayer OFAResNet
        mmpretrain.models.multimodal.otter.otter: Otter
        mmpretrain.models.multimodal.ram.bert: BertAttention BertEmbeddings BertEmbeddings_nopos BertEncoder BertIntermediate BertLMHeadModel BertLMPredictionHead BertLayer BertModel BertOnlyMLMHead BertOutput BertPooler BertPreTrainedModel BertPredictionHeadTransform BertSelfAttention BertSelfOutput
        mmpretrain.models.multimodal.ram.ram: RAM RAMNormal RAMOpenset
        mmpretrain.models.necks.beitv2_neck: BEiTV2Neck
        mmpretrain.models.necks.cae_neck: CAENeck CAETransformerRegressorLayer
        mmpretrain.models.necks.densecl_neck: DenseCLNeck
        mmpretrain.models.necks.gap: GlobalAveragePooling
        mmpretrain.models.necks.gem: GeneralizedMeanPooling
        mmpretrain.models.necks.hr_fuse: HRFuseScales
        mmpretrain.models.necks.itpn_neck: PatchSplit iTPNPretrainDecoder
        mmpretrain.models.necks.linear_neck: LinearNeck
        mmpretrain.models.necks.mae_neck: ClsBatchNormNeck MAEPretrainDecoder
        mmpretrain.models.necks.milan_neck: MILANPretrainDecoder PromptTransformerEncoderLayer
        mmpretrain.models.necks.mixmim_neck: MixMIMPretrainDecoder
        mmpretrain.models.necks.mocov2_neck: MoCoV2Neck
        mmpretrain.models.necks.nonlinear_neck: NonLinearNeck
        mmpretrain.models.necks.simmim_neck: SimMIMLinearDecoder
        mmpretrain.models.necks.spark_neck: ConvBlock2x DecoderConvModule SparKLightDecoder
        mmpretrain.models.necks.swav_neck: SwAVNeck
        mmpretrain.models.peft.lora: LoRALinear LoRAModel
        mmpretrain.models.retrievers.base: BaseRetriever
        mmpretrain.models.retrievers.image2image: ImageToImageRetriever
        mmpretrain.models.selfsup.barlowtwins: BarlowTwins
        mmpretrain.models.selfsup.base: BaseSelfSupervisor
        mmpretrain.models.selfsup.beit: BEiT BEiTPretrainViT VQKD
        mmpretrain.models.selfsup.byol: BYOL
        mmpretrain.models.selfsup.cae: CAE CAEPretrainViT Conv2d DALLEEncoder EncoderBlock
        mmpretrain.models.selfsup.densecl: DenseCL
        mmpretrain.models.selfsup.eva: EVA
        mmpretrain.models.selfsup.itpn: iTPN iTPNHiViT
        mmpretrain.models.selfsup.mae: MAE MAEHiViT MAEViT
        mmpretrain.models.selfsup.maskfeat: HOGGenerator MaskFeat MaskFeatViT
        mmpretrain.models.selfsup.mff: MFF MFFViT
        mmpretrain.models.selfsup.milan: CLIPGenerator MILAN MILANViT
        mmpretrain.models.selfsup.mixmim: MixMIM MixMIMPretrainTransformer
        mmpretrain.models.selfsup.moco: MoCo
        mmpretrain.models.selfsup.mocov3: MoCoV3 MoCoV3ViT
        mmpretrain.models.selfsup.simclr: SimCLR
        mmpretrain.models.selfsup.simmim: SimMIM SimMIMSwinTransformer
        mmpretrain.models.selfsup.simsiam: SimSiam
        mmpretrain.models.selfsup.spark: SparK
        mmpretrain.models.selfsup.swav: SwAV
        mmpretrain.models.tta.score_tta: AverageClsScoreTTA
        mmpretrain.models.utils.attention: BEiTAttention ChannelMultiheadAttention CrossMultiheadAttention LeAttention MultiheadAttention PromptMultiheadAttention ShiftWindowMSA WindowMSA WindowMSAV2
        mmpretrain.models.utils.batch_augments.wrapper: RandomBatchAugment
        mmpretrain.models.utils.clip_generator_helper: CLIP LayerNorm QuickGELU ResidualAttentionBlock Transformer VisionTransformer
        mmpretrain.models.utils.data_preprocessor: ClsDataPreprocessor MultiModalDataPreprocessor SelfSupDataPreprocessor TwoNormDataPreprocessor VideoDataPreprocessor
        mmpretrain.models.utils.ema: CosineEMA
        mmpretrain.models.utils.embed: HybridEmbed PatchEmbed PatchMerging
        mmpretrain.models.utils.inverted_residual: InvertedResidual
        mmpretrain.models.utils.layer_scale: LayerScale
        mmpretrain.models.utils.norm: GRN LayerNorm2d
        mmpretrain.models.utils.position_encoding: ConditionalPositionEncoding PositionEncodingFourier RotaryEmbeddingFast
        mmpretrain.models.utils.se_layer: SELayer
        mmpretrain.models.utils.sparse_modules: SparseAvgPooling SparseBatchNorm2d SparseConv2d SparseLayerNorm2D SparseMaxPooling SparseSyncBatchNorm2d
        mmpretrain.models.utils.swiglu_ffn: SwiGLUFFN SwiGLUFFNFused
        mmpretrain.models.utils.vector_quantizer: EmbeddingEMA NormEMAVectorQuantizer
        omegaconf.base: UnionNode
        omegaconf.grammar.gen.OmegaConfGrammarLexer: OmegaConfGrammarLexer
        omegaconf.grammar.gen.OmegaConfGrammarParser: OmegaConfGrammarParser
        omegaconf.nodes: InterpolationResultNode LiteralNode NoneNode ValueNode
        omegaconf.vendor.antlr4.FileStream: FileStream
        omegaconf.vendor.antlr4.InputStream: InputStream
        omegaconf.vendor.antlr4.Parser: Parser
        omegaconf.vendor.antlr4.ParserInterpreter: ParserInterpreter
        omegaconf.vendor.antlr4.StdinStream: StdinStream
        omegaconf.vendor.antlr4.atn.ATNConfig: LexerATNConfig
        omegaconf.vendor.antlr4.atn.LexerATNSimulator: SimState
        omegaconf.vendor.antlr4.atn.Transition: AtomTransition NotSetTransition RangeTransition SetTransition
        omegaconf.vendor.antlr4.dfa.DFA: DFA
        omegaconf.vendor.antlr4.dfa.DFAState: DFAState
        omegaconf.vendor.antlr4.error.Errors: FailedPredicateException InputMismatchException NoViableAltException
        omegaconf.vendor.antlr4.tree.RuleTagToken: RuleTagToken
        omegaconf.vendor.antlr4.tree.TokenTagToken: TokenTagToken
        omegaconf.vendor.antlr4.xpath.XPathLexer: XPathLexer
        peft.config: PeftConfig PeftConfigMixin PromptLearningConfig
        peft.mapping_func: _LoraPeftModel _TunerPeftModel
        peft.mixed_model: PeftMixedModel
        peft.optimizers.lorafa: LoraFAOptimizer
        peft.peft_model: PeftModel PeftModelForCausalLM PeftModelForFeatureExtraction PeftModelForQuestionAnswering PeftModelForSeq2SeqLM PeftModelForSequenceClassification PeftModelForTokenClassification
        peft.tuners.adalora.bnb: SVDLinear4bit SVDLinear8bitLt
        peft.tuners.adalora.config: AdaLoraConfig
        peft.tuners.adalora.gptq: SVDQuantLinear
        peft.tuners.adalora.layer: AdaLoraLayer RankAllocator SVDConv2d SVDLinear
        peft.tuners.adalora.model: AdaLoraModel
        peft.tuners.adamss.config: AdamssConfig
        peft.tuners.adamss.layer: AdamssLayer Linear
        peft.tuners.adamss.model: AdamssModel
        peft.tuners.adaption_prompt.config: AdaptionPromptConfig
        peft.tuners.adaption_prompt.layer: AdaptedAttention AdaptedAttentionGPT _BaseAdaptedAttention
        peft.tuners.adaption_prompt.model: AdaptionPromptModel
        peft.tuners.beft.config: BeftConfig
        peft.tuners.beft.layer: BeftLayer Linear
        peft.tuners.beft.model: BeftModel
        peft.tuners.boft.config: BOFTConfig
        peft.tuners.boft.layer: BOFTLayer Conv2d Linear MultiplicativeDropoutLayer
        peft.tuners.boft.model: BOFTModel
        peft.tuners.c3a.config: C3AConfig
        peft.tuners.c3a.layer: C3ALayer C3ALinear
        peft.tuners.c3a.model: C3AModel
        peft.tuners.cartridge.config: CartridgeConfig
        peft.tuners.cartridge.model: CartridgeEncoder
        peft.tuners.cpt.config: CPTConfig
        peft.tuners.cpt.model: CPTEmbedding
        peft.tuners.deft.config: DeftConfig
        peft.tuners.deft.layer: DeftLayer DeftLinear
        peft.tuners.deft.model: DeftModel
        peft.tuners.delora.config: DeloraConfig
        peft.tuners.delora.layer: DeloraLayer DeloraLinear
        peft.tuners.delora.model: DeloraModel
        peft.tuners.fourierft.config: FourierFTConfig
        peft.tuners.fourierft.layer: FourierFTLayer FourierFTLinear
        peft.tuners.fourierft.model: FourierFTModel
        peft.tuners.frod.config: FrodConfig
        peft.tuners.frod.layer: FrodLayer Linear
        peft.tuners.frod.model: FrodModel
        peft.tuners.glora.config: GloraConfig
        peft.tuners.glora.layer: GloraEmptyPath GloraLayer GloraLinear GloraLoraPath GloraPath GloraScalarPath GloraVectorPath
        peft.tuners.glora.model: GloraModel
        peft.tuners.gralora.config: GraloraConfig
        peft.tuners.gralora.layer: GraloraLayer Linear
        peft.tuners.gralora.model: GraloraModel
        peft.tuners.hira.bnb: Linear4bit Linear8bitLt
        peft.tuners.hira.config: HiraConfig
        peft.tuners.hira.layer: Conv1d Conv2d Conv3d Embedding HiraLayer Linear _ConvNd
        peft.tuners.hira.model: HiraModel
        peft.tuners.hra.config: HRAConfig
        peft.tuners.hra.layer: HRAConv2d HRALayer HRALinear
        peft.tuners.hra.model: HRAModel
        peft.tuners.ia3.bnb: Linear4bit Linear8bitLt
        peft.tuners.ia3.config: IA3Config
        peft.tuners.ia3.layer: Conv2d Conv3d IA3Layer Linear _ConvNd
        peft.tuners.ia3.model: IA3Model
        peft.tuners.lily.config: LilyConfig
        peft.tuners.lily.layer: LilyLayer Linear
        peft.tuners.lily.model: LilyModel
        peft.tuners.ln_tuning.config: LNTuningConfig
        peft.tuners.ln_tuning.layer: LNTuningLayer
        peft.tuners.ln_tuning.model: LNTuningModel
        peft.tuners.loha.config: LoHaConfig
        peft.tuners.loha.layer: Conv1d Conv2d Linear LoHaLayer
        peft.tuners.loha.model: LoHaModel
        peft.tuners.lokr.config: LoKrConfig
        peft.tuners.lokr.layer: Conv1d Conv2d Linear LoKrLayer
        peft.tuners.lokr.model: LoKrModel
        peft.tuners.lora.aqlm: AqlmLoraLinear
        peft.tuners.lora.arrow: ArrowLoraLinearLayer
        peft.tuners.lora.awq: AwqLoraLinear
        peft.tuners.lora.bnb: Linear4bit Linear8bitLt
        peft.tuners.lora.config: LoraConfig
        peft.tuners.lora.dora: DoraConv1dLayer DoraConv2dLayer DoraConv3dLayer DoraEmbeddingLayer DoraLinearLayer _DoraConvNdLayer
        peft.tuners.lora.eetq: EetqLoraLinear
        peft.tuners.lora.eva: SVDHook
        peft.tuners.lora.gptq: GPTQLoraLinear
        peft.tuners.lora.hqq: HqqLoraLinear
        peft.tuners.lora.inc: IncLoraLinear
        peft.tuners.lora.layer: Conv1d Conv2d Conv3d Embedding Linear LoraEmbeddingATPHolder LoraLayer MultiheadAttention ParamWrapper _ConvNd _LoraFactorsProxy _LoraParameterProxy
        peft.tuners.lora.model: LoraModel
        peft.tuners.lora.monteclora: BufferedMontecloraSampler MontecloraSampler
        peft.tuners.lora.te: TeLinear
        peft.tuners.lora.torchao: TorchaoLoraLinear
        peft.tuners.lora.tp_layer: LoraParallelLinear
        peft.tuners.lora.variants: BlockDiagonalLinear
        peft.tuners.lycoris_utils: LycorisConfig LycorisLayer LycorisTuner
        peft.tuners.miss.config: MissConfig
        peft.tuners.miss.layer: MissLayer MissLinear
        peft.tuners.miss.model: MissModel
        peft.tuners.mixed.model: MixedModel
        peft.tuners.multitask_prompt_tuning.config: MultitaskPromptTuningConfig
        peft.tuners.multitask_prompt_tuning.model: MultitaskPromptEmbedding
        peft.tuners.oft.config: OFTConfig
        peft.tuners.oft.layer: Conv2d Embedding Linear MultiplicativeDropoutLayer OFTLayer OFTRotationModule
        peft.tuners.oft.model: OFTModel
        peft.tuners.osf.config: OSFConfig
        peft.tuners.osf.model: OSFModel
        peft.tuners.p_tuning.config: PromptEncoderConfig
        peft.tuners.p_tuning.model: PromptEncoder
        peft.tuners.peanut.config: PeanutConfig
        peft.tuners.peanut.layer: Linear PeanutLayer
        peft.tuners.peanut.model: PeanutModel
        peft.tuners.poly.config: PolyConfig
        peft.tuners.poly.layer: Linear PolyLayer
        peft.tuners.poly.model: PolyModel
        peft.tuners.poly.router: PolyRouter Router
        peft.tuners.prefix_tuning.config: PrefixTuningConfig
        peft.tuners.prefix_tuning.model: PrefixEncoder
        peft.tuners.prompt_tuning.config: PromptTuningConfig
        peft.tuners.prompt_tuning.model: PromptEmbedding
        peft.tuners.psoft.config: PsoftConfig
        peft.tuners.psoft.layer: Linear OrthLayer PsoftLayer
        peft.tuners.psoft.model: PsoftModel
        peft.tuners.pvera.bnb: Linear4bit Linear8bitLt
        peft.tuners.pvera.config: PveraConfig
        peft.tuners.pvera.layer: Linear PveraLayer
        peft.tuners.pvera.model: PveraModel
        peft.tuners.randlora.bnb: Linear4bit Linear8bitLt
        peft.tuners.randlora.config: RandLoraConfig
        peft.tuners.randlora.layer: Linear RandLoraLayer
        peft.tuners.randlora.model: RandLoraModel
        peft.tuners.road.bnb: Linear4bit Linear8bitLt
        peft.tuners.road.config: RoadConfig
        peft.tuners.road.layer: Linear RoadLayer
        peft.tuners.road.model: RoadModel
        peft.tuners.shadow.config: ShadowConfig
        peft.tuners.shadow.diffusion_models: DetachedFluxShadowModel _SharedModuleProxy
        peft.tuners.shadow.layers: DetachedShadowModel ShadowLayer
        peft.tuners.shadow.model: ShadowModel _TokenShadowBackbone
        peft.tuners.shira.config: ShiraConfig
        peft.tuners.shira.layer: Linear ShiraLayer
        peft.tuners.shira.model: ShiraModel
        peft.tuners.supertuning.config: SupertuningConfig
        peft.tuners.supertuning.layer: Linear SupertuningLayer
        peft.tuners.supertuning.model: SupertuningModel
        peft.tuners.tinylora.config: TinyLoraConfig
        peft.tuners.tinylora.layer: Embedding Linear TinyLoraLayer
        peft.tuners.tinylora.model: TinyLoraModel
        peft.tuners.trainable_tokens.config: TrainableTokensConfig
        peft.tuners.trainable_tokens.layer: TrainableTokensLayer
        peft.tuners.trainable_tokens.model: TrainableTokensModel
        peft.tuners.tuners_utils: BasePromptEncoder BaseTuner
        peft.tuners.unilora.config: UniLoraConfig
        peft.tuners.unilora.layer: Linear UniLoraLayer
        peft.tuners.unilora.model: UniLoraModel
        peft.tuners.vblora.config: VBLoRAConfig
        peft.tuners.vblora.layer: Linear VBLoRALayer
        peft.tuners.vblora.model: VBLoRAModel
        peft.tuners.vera.config: VeraConfig
        peft.tuners.vera.layer: Linear VeraLayer
        peft.tuners.vera.model: VeraModel
        peft.tuners.waveft.config: WaveFTConfig
        peft.tuners.waveft.layer: WaveFTLayer WaveFTLinear
        peft.tuners.waveft.model: WaveFTModel
        peft.tuners.waveft.wavelet: Wavelet
        peft.tuners.xlora.classifier: TemperatureScaledSoftmax XLoraClassifier
        peft.tuners.xlora.config: XLoraConfig
        peft.tuners.xlora.model: XLoraModel
        peft.utils.incremental_pca: IncrementalPCA
        peft.utils.loftq_utils: _SafetensorLoader
        pytorch_lightning._graveyard.precision: FSDPMixedPrecisionPlugin
        pytorch_lightning._graveyard.tpu: SingleTPUStrategy TPUAccelerator TPUBf16PrecisionPlugin TPUPrecisionPlugin XLABf16PrecisionPlugin
        pytorch_lightning.accelerators.xla: XLAAccelerator
        pytorch_lightning.callbacks.lambda_function: LambdaCallback
        pytorch_lightning.callbacks.progress.rich_progress: RichProgressBar
        pytorch_lightning.callbacks.progress.tqdm_progress: TQDMProgressBar
        pytorch_lightning.callbacks.pruning: ModelPruning
        pytorch_lightning.callbacks.spike: SpikeDetection
        pytorch_lightning.callbacks.stochastic_weight_avg: StochasticWeightAveraging
        pytorch_lightning.callbacks.timer: Timer
        pytorch_lightning.callbacks.weight_averaging: EMAWeightAveraging WeightAveraging
        pytorch_lightning.cli: LightningCLI ReduceLROnPlateau SaveConfigCallback
        pytorch_lightning.core.module: LightningModule
        pytorch_lightning.core.optimizer: _MockOptimizer
        pytorch_lightning.demos.boring_classes: BoringModel DemoModel ManualOptimBoringModel Net RandomDataset RandomDictDataset
        pytorch_lightning.demos.lstm: LightningLSTM SimpleLSTM
        pytorch_lightning.demos.mnist_datamodule: MNISTDataModule _MNIST
        pytorch_lightning.demos.transformer: LightningTransformer PositionalEncoding Transformer WikiText2
        pytorch_lightning.loggers.comet: CometLogger
        pytorch_lightning.loggers.csv_logs: CSVLogger ExperimentWriter
        pytorch_lightning.loggers.litlogger: LitLogger
        pytorch_lightning.loggers.mlflow: MLFlowLogger
        pytorch_lightning.loggers.tensorboard: TensorBoardLogger
        pytorch_lightning.loggers.wandb: WandbLogger
        pytorch_lightning.loops.evaluation_loop: _EvaluationLoop
        pytorch_lightning.loops.optimization.automatic: ClosureResult
        pytorch_lightning.loops.optimization.manual: _ManualOptimization
        pytorch_lightning.overrides.distributed: UnrepeatedDistributedSampler UnrepeatedDistributedSamplerWrapper
        pytorch_lightning.plugins.layer_sync: _BatchNormXd
        pytorch_lightning.plugins.precision.amp: MixedPrecision
        pytorch_lightning.plugins.precision.bitsandbytes: BitsandbytesPrecision
        pytorch_lightning.plugins.precision.deepspeed: DeepSpeedPrecision
        pytorch_lightning.plugins.precision.double: LightningDoublePrecisionModule
        pytorch_lightning.plugins.precision.fsdp: FSDPPrecision
        pytorch_lightning.plugins.precision.xla: XLAPrecision
        pytorch_lightning.profilers.pytorch: ScheduleWrapper
        pytorch_lightning.serve.servable_module: ServableModule
        pytorch_lightning.serve.servable_module_validator: ServableModuleValidator
        pytorch_lightning.strategies.ddp: DDPStrategy
        pytorch_lightning.strategies.deepspeed: DeepSpeedStrategy
        pytorch_lightning.strategies.fsdp: FSDPStrategy
        pytorch_lightning.strategies.launchers.xla: _XLALauncher
        pytorch_lightning.strategies.model_parallel: ModelParallelStrategy
        pytorch_lightning.strategies.parallel: ParallelStrategy
        pytorch_lightning.strategies.single_device: SingleDeviceStrategy
        pytorch_lightning.strategies.single_xla: SingleDeviceXLAStrategy
        pytorch_lightning.strategies.strategy: Strategy
        pytorch_lightning.strategies.xla: XLAStrategy
        pytorch_lightning.trainer.connectors.accelerator_connector: _AcceleratorConnector
        pytorch_lightning.trainer.connectors.logger_connector.result: _Metadata _Sync
        pytorch_lightning.trainer.trainer: Trainer
        pytorch_lightning.tuner.lr_finder: _ExponentialLR _LinearLR
        pytorch_lightning.utilities.combined_loader: CombinedLoader
        pytorch_lightning.utilities.migration.utils: _RedirectingUnpickler
        pytorch_lightning.utilities.model_summary.model_summary: ModelSummary
        pytorch_lightning.utilities.model_summary.model_summary_deepspeed: DeepSpeedSummary
        timm.data.dataset: AugMixDataset ImageDataset
        timm.data.distributed_sampler: OrderedDistributedSampler RepeatAugSampler
        timm.data.imagenet_info: ImageNetInfo
        timm.data.loader: PrefetchLoader
        timm.data.naflex_loader: NaFlexPrefetchLoader
        timm.data.naflex_mixup: NaFlexMixup
        timm.data.naflex_random_erasing: PatchRandomErasing
        timm.data.naflex_transforms: CenterCropToSequence Patchify RandomCropToSequence RandomResizedCropToSequence ResizeKeepRatioToSequence ResizeToSequence
        timm.data.random_erasing: RandomErasing
        timm.data.readers.reader_hfds: ReaderHfds
        timm.data.readers.reader_image_folder: ReaderImageFolder
        timm.data.readers.reader_image_in_tar: ReaderImageInTar
        timm.data.readers.reader_image_tar: ReaderImageTar
        timm.data.readers.shared_count: SharedCount
        timm.data.real_labels: RealLabelsImagenet
        timm.data.scheduled_sampler: ScheduledBatchSampler
        timm.data.tf_preprocessing: TfPreprocessTransform
        timm.data.transforms: CenterCropOrPad MaybeToTensor RandomCropOrPad TrimBorder
        timm.layers.activations: GELU GELUTanh HardMish HardSigmoid HardSwish Mish PReLU QuickGELU Sigmoid Swish Tanh
        timm.layers.activations_me: HardMishMe HardSigmoidMe HardSwishMe MishMe SwishMe
        timm.layers.adaptive_avgmax_pool: AdaptiveAvgMaxPool2d AdaptiveCatAvgMaxPool2d FastAdaptiveAvgMaxPool FastAdaptiveAvgPool FastAdaptiveCatAvgMaxPool FastAdaptiveMaxPool SelectAdaptivePool2d
        timm.layers.attention: Attention AttentionRope
        timm.layers.attention2d: Attention2d MultiQueryAttention2d MultiQueryAttentionV2
        timm.layers.attention_pool: AttentionPoolLatent AttentionPoolPrr
        timm.layers.attention_pool2d: AttentionPool2d RotAttentionPool2d
        timm.layers.blur_pool: BlurPool2d
        timm.layers.bottleneck_attn: BottleneckAttn PosEmbedRel
        timm.layers.cbam: CbamModule ChannelAttn LightCbamModule LightChannelAttn LightSpatialAttn SpatialAttn
        timm.layers.classifier: ClNormMlpClassifierHead ClassifierHead NormMlpClassifierHead
        timm.layers.cond_conv2d: CondConv2d
        timm.layers.config: set_exportable set_layer_config set_no_jit set_scriptable
        timm.layers.conv2d_same: Conv2dSame Conv2dSameExport
        timm.layers.conv_bn_act: ConvNormAct
        timm.layers.coord_attn: CoordAttn EfficientLocalAttn SimpleCoordAttn StripAttn
        timm.layers.diff_attention: DiffAttention
        timm.layers.drop: DropBlock2d DropPath
        timm.layers.eca: CecaModule EcaModule
        timm.layers.evo_norm: EvoNorm2dB0 EvoNorm2dB1 EvoNorm2dB2 EvoNorm2dS0 EvoNorm2dS0a EvoNorm2dS1 EvoNorm2dS1a EvoNorm2dS2 EvoNorm2dS2a
        timm.layers.filter_response_norm: FilterResponseNormAct2d FilterResponseNormTlu2d
        timm.layers.gather_excite: GatherExcite
        timm.layers.global_context: GlobalContext
        timm.layers.grn: GlobalResponseNorm
        timm.layers.halo_attn: HaloAttn PosEmbedRel
        timm.layers.hybrid_embed: HybridEmbed HybridEmbedWithSize
        timm.layers.inplace_abn: InplaceAbn
        timm.layers.lambda_layer: LambdaLayer
        timm.layers.layer_scale: LayerScale LayerScale2d
        timm.layers.linear: Linear
        timm.layers.median_pool: MedianPool2d
        timm.layers.mixed_conv2d: MixedConv2d
        timm.layers.ml_decoder: MLDecoder TransformerDecoderLayerOptimal
        timm.layers.mlp: ConvMlp GatedMlp GlobalResponseNormMlp GluMlp Mlp SwiGLU
        timm.layers.non_local_attn: BatNonLocalAttn BilinearAttnTransform NonLocalAttn
        timm.layers.norm: GroupNorm GroupNorm1 LayerNorm LayerNorm2d LayerNorm2dFp32 LayerNormExp2d LayerNormFp32 RmsNorm RmsNorm2d RmsNorm2dFp32 RmsNormFp32 SimpleNorm SimpleNorm2d SimpleNorm2dFp32 SimpleNormFp32
        timm.layers.norm_act: BatchNormAct2d FrozenBatchNormAct2d GroupNorm1Act GroupNormAct LayerNormAct LayerNormAct2d LayerNormAct2dFp32 LayerNormActFp32 RmsNormAct RmsNormAct2d RmsNormAct2dFp32 RmsNormActFp32 SyncBatchNormAct
        timm.layers.other_pool: LsePlus1d LsePlus2d SimPool1d SimPool2d
        timm.layers.patch_dropout: PatchDropout PatchDropoutWithIndices
        timm.layers.patch_embed: PatchEmbed PatchEmbedInterpolator PatchEmbedResamplerFixedOrigSize PatchEmbedWithSize
        timm.layers.pool2d_same: AvgPool2dSame MaxPool2dSame
        timm.layers.pos_embed_rel: RelPosBias RelPosBiasTf RelPosMlp
        timm.layers.pos_embed_sincos: FourierEmbed RotaryEmbedding RotaryEmbeddingCat RotaryEmbeddingDinoV3 RotaryEmbeddingMRope RotaryEmbeddingMixed _RotaryEmbeddingBase
        timm.layers.selective_kernel: SelectiveKernel SelectiveKernelAttn
        timm.layers.separable_conv: SeparableConv2d SeparableConvNormAct
        timm.layers.space_to_depth: DepthToSpace SpaceToDepth
        timm.layers.split_attn: RadixSoftmax SplitAttn
        timm.layers.split_batchnorm: SplitBatchNorm2d
        timm.layers.squeeze_excite: EffectiveSEModule SEModule SqueezeExciteCl
        timm.layers.std_conv: ScaledStdConv2d ScaledStdConv2dSame StdConv2d StdConv2dSame
        timm.layers.test_time_pool: TestTimePoolHead
        timm.loss.asymmetric_loss: AsymmetricLossMultiLabel AsymmetricLossSingleLabel
        timm.loss.binary_cross_entropy: BinaryCrossEntropy
        timm.loss.cross_entropy: LabelSmoothingCrossEntropy SoftTargetCrossEntropy
        timm.loss.distribution_balanced_loss: DistributionBalancedLoss
        timm.loss.jsd: JsdCrossEntropy
        timm.loss.poly_loss: PolyBinaryCrossEntropy PolyCrossEntropy
        timm.loss.two_way_loss: TwoWayLoss
        timm.loss.zlpr_loss: ZlprLoss
        timm.models._efficientnet_blocks: CondConvResidual ConvBnAct DepthwiseSeparableConv EdgeResidual InvertedResidual MobileAttention SqueezeExcite UniversalInvertedResidual
        timm.models._efficientnet_builder: EfficientNetBuilder
        timm.models._features: FeatureDictNet FeatureGetterNet FeatureHookNet FeatureHooks FeatureListNet
        timm.models._features_fx: FeatureGraphNet GraphExtractNet
        timm.models.beit: Attention Beit Block RelativePositionBias
        timm.models.byobnet: BasicBlock BottleneckBlock ByobNet DarkBlock DownsampleAvg EdgeBlock MobileOneBlock RepVggBlock SelfAttnBlock Stem
        timm.models.cait: Cait ClassAttn LayerScaleBlock LayerScaleBlockClassAttn TalkingHeadAttn
        timm.models.coat: CoaT ConvPosEnc ConvRelPosEnc FactorAttnConvRelPosEnc ParallelBlock SerialBlock
        timm.models.convit: Block ConVit GPSA MHSA
        timm.models.convmixer: ConvMixer Residual
        timm.models.convnext: ConvNeXt ConvNeXtBlock ConvNeXtStage Downsample
        timm.models.cpubone: CPUBone CPUBoneBlock ClsHead ConvAttention ConvLayer FusedMBConv LinearLayer MBConv ResidualBlock
        timm.models.crossvit: CrossAttention CrossAttentionBlock CrossVit MultiScaleBlock PatchEmbed
        timm.models.csatv2: Block CSATv2 Dct1d Dct2d Dct2dStats LearnableDct2d PosConv SpatialAttention SpatialTransformerBlock TransformerBlock
        timm.models.cspnet: BottleneckBlock CrossStage CrossStage3 CspNet DarkBlock DarkStage EdgeBlock
        timm.models.cspnext: CspNext CspNextBlock CspNextLayer DepthwiseSeparableConv SPPBottleneck
        timm.models.davit: ChannelAttention ChannelAttentionV2 ChannelBlock ConvPosEnc DaVit DaVitStage Downsample SpatialBlock Stem WindowAttention
        timm.models.deepseek_vit: DeepseekVitAligner DeepseekVitBlock DeepseekVitClassifier DeepseekVitEncoder
        timm.models.deit: VisionTransformerDistilled
        timm.models.densenet: DenseBlock DenseLayer DenseNet DenseTransition
        timm.models.dla: DLA DlaBasic DlaBottle2neck DlaBottleneck DlaRoot DlaTree
        timm.models.dpn: BnAct BnActConv2d DPN DualPathBlock
        timm.models.edgenext: ConvBlock CrossCovarianceAttn EdgeNeXt EdgeNeXtStage PositionalEncodingFourier SplitTransposeBlock
        timm.models.efficientformer: Attention ConvMlpWithNorm Downsample EfficientFormer EfficientFormerStage Flat MetaBlock1d MetaBlock2d Pooling Stem4
        timm.models.efficientformer_v2: Attention2d Attention2dDownsample ConvMlpWithNorm ConvNorm Downsample EfficientFormerV2 EfficientFormerV2Block EfficientFormerV2Stage LocalGlobalQuery Stem4
        timm.models.efficientnet: EfficientNet EfficientNetFeatures
        timm.models.efficientvim: ConvLayer1d ConvLayer2d EfficientViM EfficientViMBlock EfficientViMDistilled EfficientViMStage FFN HSMSSD PatchMerging Stem
        timm.models.efficientvit_mit: ClassifierHead ConvBlock ConvNormAct DSConv EfficientVit EfficientVitBlock EfficientVitLarge EfficientVitLargeStage EfficientVitStage FusedMBConv LiteMLA MBConv ResidualBlock Stem
        timm.models.efficientvit_msra: CascadedGroupAttention ConvMlp ConvNorm EfficientVitBlock EfficientVitMsra EfficientVitStage LocalWindowAttention NormLinear PatchEmbedding PatchMerging ResidualDrop
        timm.models.eva: Eva EvaAttention EvaBlock EvaBlockPostNorm
        timm.models.fasternet: Block FasterNet MLPBlock Partial_conv3 PatchEmbed PatchMerging
        timm.models.fastvit: Attention AttentionBlock ConvMlp FastVit FastVitStage LayerScale2d MobileOneBlock PatchEmbed RepConditionalPosEnc RepMixer RepMixerBlock ReparamLargeKernelConv
        timm.models.focalnet: Downsample FocalModulation FocalNet FocalNetBlock FocalNetStage
        timm.models.gcvit: Downsample2d FeatureBlock GlobalContextVit GlobalContextVitBlock GlobalContextVitStage MbConvBlock Stem WindowAttentionGlobal
        timm.models.gemma4_vit: Gemma4Attention Gemma4Block Gemma4ClippableLinear Gemma4GatedMlp Gemma4PatchEmbed Gemma4RotaryEmbedding2D Gemma4VisionPooler Gemma4VitClassifier Gemma4VitEncoder
        timm.models.ghostnet: GhostBottleneck GhostBottleneckV3 GhostModule GhostModuleV2 GhostModuleV3 GhostNet
        timm.models.hgnet: ClassifierHead ConvBNAct EseModule HighPerfGpuBlock HighPerfGpuNet HighPerfGpuStage LearnableAffineBlock LightConvBNAct StemV1 StemV2
        timm.models.hiera: Hiera HieraBlock MaskUnitAttention PatchEmbed Reroll Unroll
        timm.models.hieradet_sam2: HieraDet HieraPatchEmbed MultiScaleAttention MultiScaleBlock
        timm.models.hrnet: HighResolutionModule HighResolutionNet HighResolutionNetFeatures SequentialList
        timm.models.iformer: ConvBlock ConvNorm FFN IFormer NormLinear RepCPE RepVitClassifier Residual SHMA SHMABlock StageBlock Stem
        timm.models.inception_next: ConvMlp InceptionDWConv2d MetaNeXt MetaNeXtBlock MetaNeXtStage MlpClassifierHead
        timm.models.inception_resnet_v2: Block17 Block35 Block8 InceptionResnetV2 Mixed_5b Mixed_6a Mixed_7a
        timm.models.inception_v3: InceptionA InceptionAux InceptionB InceptionC InceptionD InceptionE InceptionV3
        timm.models.inception_v4: InceptionA InceptionB InceptionC InceptionV4 Mixed3a Mixed4a Mixed5a ReductionA ReductionB
        timm.models.lcnetv2: LCNetV2 RepDepthwiseSeparable
        timm.models.levit: Attention AttentionDownsample ConvNorm Downsample Levit LevitBlock LevitDistilled LevitDownsample LevitMlp LevitStage LinearNorm NormLinear Stem16 Stem8
        timm.models.lowformer: ConvAttention ConvLayer FusedMBConv LowFormer LowFormerBlock MBConv ResidualBlock
        timm.models.mambaout: Downsample DownsampleNormFirst GatedConvBlock MambaOut MambaOutStage MlpHead Stem
        timm.models.maxxvit: Attention2d AttentionCl ConvNeXtBlock Downsample2d MaxxVit MaxxVitBlock MaxxVitStage MaxxVitTransformerCfg MbConvBlock ParallelMaxxVitBlock ParallelPartitionAttention PartitionAttention2d PartitionAttentionCl Stem TransformerBlock2d
        timm.models.metaformer: Attention Downsampling GroupNorm1NoBias LayerNorm2dNoBias LayerNormNoBias MetaFormer MetaFormerBlock MetaFormerStage MlpHead Pooling Scale SepConv SquaredReLU StarReLU Stem
        timm.models.mlp_mixer: Affine MixerBlock MlpMixer ResBlock SpatialGatingBlock SpatialGatingUnit
        timm.models.mobilenetv3: MobileNetV3 MobileNetV3Features
        timm.models.mobilenetv5: MobileNetV5 MobileNetV5Encoder MobileNetV5MultiScaleFusionAdapter
        timm.models.mobilevit: LinearSelfAttention LinearTransformerBlock MobileVitBlock MobileVitV2Block
        timm.models.mvitv2: MultiScaleAttention MultiScaleAttentionPoolFirst MultiScaleBlock MultiScaleVit MultiScaleVitStage PatchEmbed
        timm.models.naflexvit: NaFlexEmbeds NaFlexRopeIterator NaFlexVit
        timm.models.nasnet: ActConvBn BranchSeparables CellStem0 CellStem1 FirstCell NASNetALarge NormalCell ReductionCell0 ReductionCell1 SeparableConv2d
        timm.models.nest: Attention ConvPool Nest NestLevel TransformerLayer
        timm.models.nextvit: ConvAttention ConvNormAct EfficientAttention NextConvBlock NextStage NextTransformerBlock NextViT PatchEmbed
        timm.models.nfnet: DownsampleAvg GammaAct NormFreeBlock NormFreeNet
        timm.models.pit: ConvEmbedding Pooling PoolingVisionTransformer SequentialTuple Transformer
        timm.models.pnasnet: ActConvBn BranchSeparables Cell CellBase CellStem0 FactorizedReduction PNASNet5Large SeparableConv2d
        timm.models.pvt_v2: Attention Block MlpWithDepthwiseConv OverlapPatchEmbed PyramidVisionTransformerStage PyramidVisionTransformerV2
        timm.models.qwen3_vit: Qwen3VitClassifier Qwen3VitEncoder Qwen3VitPatchMerger
        timm.models.rdnet: Block BlockESE DenseBlock DenseStage RDNet
        timm.models.regnet: Bottleneck PreBottleneck RegNet RegStage
        timm.models.repghost: RepGhostBottleneck RepGhostModule RepGhostNet
        timm.models.repvit: ConvNorm NormLinear RepVggDw RepViTBlock RepVit RepVitClassifier RepVitDownsample RepVitMlp RepVitStage RepVitStem
        timm.models.res2net: Bottle2neck
        timm.models.resnest: ResNestBottleneck
        timm.models.resnet: BasicBlock Bottleneck ResNet
        timm.models.resnetv2: Bottleneck DownsampleAvg DownsampleConv PreActBasic PreActBottleneck ResNetStage ResNetV2
        timm.models.rexnet: LinearBottleneck RexNet
        timm.models.selecsls: SelecSls SelecSlsBlock SelectSeq SequentialList
        timm.models.senet: Bottleneck SEBottleneck SEModule SENet SEResNeXtBottleneck SEResNetBlock SEResNetBottleneck
        timm.models.sequencer: Downsample2d LSTM2d RNN2dBase RNNIdentity Sequencer2d Sequencer2dBlock Sequencer2dStage Shuffle
        timm.models.shvit: BasicBlock Conv2dNorm FFN NormLinear PatchMerging Residual SHSA SHViT StageBlock
        timm.models.sknet: SelectiveKernelBasic SelectiveKernelBottleneck
        timm.models.starnet: Block ConvBN StarNet
        timm.models.swiftformer: Block ConvEncoder EfficientAdditiveAttention Embedding LayerScale2d LocalRepresentation Mlp Stage SwiftFormer
        timm.models.swin_transformer: PatchMerging SwinTransformer SwinTransformerBlock SwinTransformerStage WindowAttention
        timm.models.swin_transformer_v2: PatchMerging SwinTransformerV2 SwinTransformerV2Block SwinTransformerV2Stage WindowAttention
        timm.models.swin_transformer_v2_cr: PatchEmbed PatchMerging SwinTransformerV2Cr SwinTransformerV2CrBlock SwinTransformerV2CrStage WindowMultiHeadAttention
        timm.models.tiny_vit: Attention ConvLayer ConvNorm MBConv NormMlp PatchEmbed PatchMerging TinyVit TinyVitBlock TinyVitStage
        timm.models.tnt: Attention Block PixelEmbed TNT
        timm.models.tresnet: BasicBlock Bottleneck TResNet
        timm.models.twins: Block GlobalSubSampleAttn LocallyGroupedAttn PatchEmbed PosConv Twins
        timm.models.vgg: ConvMlp VGG
        timm.models.visformer: Attention Block SpatialMlp Visformer
        timm.models.vision_transformer: Block DiffParallelScalingBlock ParallelScalingBlock ParallelThingsBlock ResPostBlock VisionTransformer
        timm.models.vision_transformer_hybrid: ConvStem
        timm.models.vision_transformer_relpos: RelPosAttention RelPosBlock ResPostRelPosBlock VisionTransformerRelPos
        timm.models.vision_transformer_sam: Attention Block VisionTransformerSAM
        timm.models.vitamin: Downsample2d GeGluMlp MbConvLNBlock MbConvStages Stem StridedConv
        timm.models.volo: Attention ClassAttention ClassBlock Downsample OutlookAttention Outlooker PatchEmbed Transformer VOLO
        timm.models.vovnet: OsaBlock OsaStage SequentialAppendList VovNet
        timm.models.xception: Block SeparableConv2d Xception
        timm.models.xception_aligned: PreSeparableConv2d PreXceptionModule SeparableConv2d XceptionAligned XceptionModule
        timm.models.xcit: ClassAttentionBlock ConvPatchEmbed LPI PositionalEncodingFourier XCA XCABlock Xcit
        timm.optim.adabelief: AdaBelief
        timm.optim.adafactor: Adafactor
        timm.optim.adahessian: Adahessian
        timm.optim.adamp: AdamP
        timm.optim.adan: Adan
        timm.optim.lars: Lars
        timm.optim.lookahead: Lookahead
        timm.optim.madgrad: MADGRAD
        timm.optim.mars: Mars
        timm.optim.muon: Muon
        timm.optim.nadam: NAdamLegacy
        timm.optim.radam: RAdamLegacy
        timm.optim.sgdp: SGDP
        timm.scheduler.cosine_lr: CosineLRScheduler
        timm.scheduler.multistep_lr: MultiStepLRScheduler
        timm.scheduler.plateau_lr: PlateauLRScheduler
        timm.scheduler.poly_lr: PolyLRScheduler
        timm.scheduler.scheduler: Scheduler
        timm.scheduler.step_lr: StepLRScheduler
        timm.scheduler.tanh_lr: TanhLRScheduler
        timm.scheduler.wsd_lr: WSDLRScheduler
        timm.task.classification: ClassificationTask MultiLabelClassificationTask
        timm.task.distillation: DistillationTeacher FeatureDistillationTask FeatureDistillationTrainableModule LogitDistillationTask
        timm.task.task: TrainingTask
        timm.task.token_distillation: TokenDistillationTask
        timm.utils.attention_extract: AttentionExtract
        timm.utils.cuda: NativeScaler
        timm.utils.log: FormatterNoInfo
        timm.utils.metrics: AverageMeter
        timm.utils.model: ActivationStatsHook
        torch: _TorchCompileWrapper
        torch._decomp.decompositions_for_rng: PhiloxState
        torch._export.converter: ExplainTS2FXGraphConverter TS2EPConverter TS2FXGraphConverter
        torch._export.db.examples.assume_constant_result: AssumeConstantResult
        torch._export.db.examples.autograd_function: AutogradFunction
        torch._export.db.examples.class_method: ClassMethod
        torch._export.db.examples.cond_branch_class_method: CondBranchClassMethod MySubModule
        torch._export.db.examples.cond_branch_nested_function: CondBranchNestedFunction
        torch._export.db.examples.cond_branch_nonlocal_variables: CondBranchNonlocalVariables
        torch._export.db.examples.cond_closed_over_variable: CondClosedOverVariable
        torch._export.db.examples.cond_operands: CondOperands
        torch._export.db.examples.cond_predicate: CondPredicate
        torch._export.db.examples.constrain_as_size_example: ConstrainAsSizeExample
        torch._export.db.examples.constrain_as_value_example: ConstrainAsValueExample
        torch._export.db.examples.decorator: Decorator
        torch._export.db.examples.dictionary: Dictionary
        torch._export.db.examples.dynamic_shape_assert: DynamicShapeAssert
        torch._export.db.examples.dynamic_shape_constructor: DynamicShapeConstructor
        torch._export.db.examples.dynamic_shape_if_guard: DynamicShapeIfGuard
        torch._export.db.examples.dynamic_shape_map: DynamicShapeMap
        torch._export.db.examples.dynamic_shape_round: DynamicShapeRound
        torch._export.db.examples.dynamic_shape_slicing: DynamicShapeSlicing
        torch._export.db.examples.dynamic_shape_view: DynamicShapeView
        torch._export.db.examples.fn_with_kwargs: FnWithKwargs
        torch._export.db.examples.list_contains: ListContains
        torch._export.db.examples.list_unpack: ListUnpack
        torch._export.db.examples.model_attr_mutation: ModelAttrMutation
        torch._export.db.examples.nested_function: NestedFunction
        torch._export.db.examples.null_context_manager: NullContextManager
        torch._export.db.examples.optional_input: OptionalInput
        torch._export.db.examples.pytree_flatten: PytreeFlatten
        torch._export.db.examples.scalar_output: ScalarOutput
        torch._export.db.examples.specialized_attribute: SpecializedAttribute
        torch._export.db.examples.static_for_loop: StaticForLoop
        torch._export.db.examples.static_if: StaticIf
        torch._export.db.examples.tensor_setattr: TensorSetattr
        torch._export.db.examples.type_reflection_method: TypeReflectionMethod
        torch._export.db.examples.unsupported_operator: TorchSymMin
        torch._export.db.examples.user_input_mutation: UserInputMutation
        torch._export.pass_base: _ExportPassBaseDeprecatedDoNotUse
        torch._export.passes.constant_folding: ConstantFolder
        torch._export.passes.functionalize_side_effectful_ops_pass: _FunctionalizeSideEffectfulOpsPass
        torch._export.passes.replace_view_ops_with_view_copy_ops_pass: ReplaceViewOpsWithViewCopyOpsPass
        torch._export.utils: _WrappedMethod
        torch._export.wrappers: ExportTracepoint
        torch._functorch._aot_autograd.aot_autograd_result: SerializedGraphModule
        torch._functorch._aot_autograd.autograd_cache: AOTAutogradCacheDetails
        torch._functorch._aot_autograd.codegen: PySourceBuilder
        torch._functorch._aot_autograd.functional_utils: ViewMetaSequence
        torch._functorch._aot_autograd.runtime_wrappers: _AnalyzeCustomOpInputOutputMode _RuntimeCompiledFnInvoker _RuntimeForwardEpilogue
        torch._functorch._aot_autograd.schemas: SubclassCreationMeta ViewAndMutationMeta
        torch._functorch._aot_autograd.subclass_parametrization: UnwrapTensorSubclass
        torch._functorch.autograd_function: AutogradFunctionApply CustomFunctionHigherOrderOperator
        torch._functorch.compilers: DebugInterpreter
        torch._functorch.fx_minifier: ConcreteProp ReproState
        torch._functorch.make_functional: FunctionalModule FunctionalModuleWithBuffers
        torch._functorch.pyfunctorch: FunctionalizeInterpreter GradInterpreter JvpInterpreter VmapInterpreter
        torch._guards: GuardsContext InvokeSubgraphCache TracingContext
        torch._higher_order_ops._invoke_quant: InvokeQuantTracer InvokeQuantUnpacked
        torch._higher_order_ops.aoti_call_delegate: AOTICallDelegate
        torch._higher_order_ops.associative_scan: AssociativeScanOp
        torch._higher_order_ops.auto_functionalize: AutoFunctionalized AutoFunctionalizedV2
        torch._higher_order_ops.base_hop: BaseHOP
        torch._higher_order_ops.cond: CondOp
        torch._higher_order_ops.cudagraph_conditional_nodes: CUDAGraphCaptureControlFlowOpDispatchMode ControlFlowOpWarmupDispatchMode
        torch._higher_order_ops.effects: WithEffects
        torch._higher_order_ops.executorch_call_delegate: ExecutorchCallDelegate
        torch._higher_order_ops.flat_apply: FlatApply
        torch._higher_order_ops.flex_attention: FlexAttentionBackwardHOP FlexAttentionHOP
        torch._higher_order_ops.flex_gemm: FlexGemm
        torch._higher_order_ops.foreach_map: ForeachMap
        torch._higher_order_ops.hints_wrap: HintsWrapper
        torch._higher_order_ops.inline_asm_elementwise: InlineAsmElementwiseOp
        torch._higher_order_ops.invoke_leaf_function: InvokeLeafFunction
        torch._higher_order_ops.invoke_subgraph: InvokeSubgraphHOP NestedCompileRegionOptions
        torch._higher_order_ops.local_map: LocalMapHOP
        torch._higher_order_ops.map: MapImpl
        torch._higher_order_ops.out_dtype: OutDtypeOperator
        torch._higher_order_ops.partitioner: HopJointGraph HopPartitionedGraph
        torch._higher_order_ops.print: Print
        torch._higher_order_ops.register_hook: RegisterHookOp
        torch._higher_order_ops.run_const_graph: RunConstGraph
        torch._higher_order_ops.scan: ScanAutogradImpl ScanOp
        torch._higher_order_ops.strict_mode: StrictMode
        torch._higher_order_ops.switch: SwitchOp
        torch._higher_order_ops.torchbind: CallTorchBind
        torch._higher_order_ops.triton_kernel_wrap: MemoizeWithCycleCheck TraceableTritonKernelWrapper TritonKernelWrapperFunctional TritonKernelWrapperMutation _TritonKernelWrapper
        torch._higher_order_ops.while_loop: WhileLoopOp WhileLoopStackOutputOp
        torch._higher_order_ops.wrap: DynamoBypassingWrapper InductorCompiledCallable InductorCompiledCode TagActivationCheckpoint Wrap WrapActivationCheckpoint WrapWithAutocast WrapWithSetGradEnabled
        torch._lazy.closure: AsyncClosureHandler
        torch._library.custom_ops: CustomOpDef
        torch._library.effects: EffectHolder
        torch._library.utils: MutationChecker
        torch._logging._internal: LazyTraceHandler TorchLogsFormatter _StderrHandler
        torch._native.cutedsl.hw_caps: HWCaps
        torch._native.instrumentation: InstrumentedHelionKernel
        torch._native.ops.reductions.tile: TileMap TileReduce
        torch._native.ops.topk.cutedsl_kernels: _RadixSelectTopK
        torch._numpy.testing.utils: _Dummy
        torch._ops: HigherOrderOperator
        torch._python_dispatcher: PythonDispatcher
        torch._subclasses._fake_tensor_utils: _SymIntOutputStub
        torch._subclasses.complex_tensor._ops.common: ComplexTensorMode WrapComplexMode
        torch._subclasses.fake_utils: CrossRefFakeMode
        torch._subclasses.functional_tensor: FunctionalTensorMode
        torch._subclasses.meta_utils: MetaConverter MetaTensorDescriber
        torch._subclasses.schema_check_mode: SchemaCheckMode
        torch._tensor_iterator: TensorIterator
        torch._tensor_str: _Formatter
        torch._utils: ExceptionWrapper
        torch._vendor.packaging.version: Version
        torch._vendor.quack.blockscaled.operand: BlockScaledOperand
        torch._vendor.quack.cache.async_compile: CompilePool
        torch._vendor.quack.dsl.smem_struct: PartitionedStruct
        torch._vendor.quack.fast_math: FastDivmod
        torch._vendor.quack.gemm_default_epi: GemmDefaultSm100 GemmDefaultSm120 GemmDefaultSm80 GemmDefaultSm90
        torch._vendor.quack.gemm_sm100: GemmSm100
        torch._vendor.quack.gemm_sm120: GemmSm120
        torch._vendor.quack.gemm_sm80: GemmSm80
        torch._vendor.quack.gemm_sm90: GemmSm90
        torch._vendor.quack.gemm_symmetric: GemmSymmetricSm100 GemmSymmetricSm120 GemmSymmetricSm80 GemmSymmetricSm90
        torch._vendor.quack.operand_transform.frontend: ATransformMod DropoutAMod PackedFormatMod
        torch._vendor.quack.operand_transform.transform: TransformAValue TransformAW4
        torch._vendor.quack.rmsnorm: QuackRMSNorm RMSNorm RMSNormBackward
        torch._vendor.quack.tile_scheduler: WorkTileInfo
        torch._vendor.quack.varlen_utils: VarlenManager
        torch.amp.autocast_mode: _UnmanagedAutocast autocast
        torch.ao.nn.intrinsic.modules.fused: BNReLU2d BNReLU3d ConvAdd2d ConvAddReLU2d ConvBn1d ConvBn2d ConvBn3d ConvBnReLU1d ConvBnReLU2d ConvBnReLU3d ConvReLU1d ConvReLU2d ConvReLU3d LinearBn1d LinearLeakyReLU LinearReLU LinearTanh _FusedModule
        torch.ao.nn.intrinsic.qat.modules.conv_fused: ConvBn1d ConvBn2d ConvBn3d ConvBnReLU1d ConvBnReLU2d ConvBnReLU3d ConvReLU1d ConvReLU2d ConvReLU3d _ConvBnNd
        torch.ao.nn.intrinsic.qat.modules.linear_fused: LinearBn1d
        torch.ao.nn.intrinsic.qat.modules.linear_relu: LinearReLU
        torch.ao.nn.intrinsic.quantized.dynamic.modules.linear_relu: LinearReLU
        torch.ao.nn.intrinsic.quantized.modules.bn_relu: BNReLU2d BNReLU3d
        torch.ao.nn.intrinsic.quantized.modules.linear_relu: LinearLeakyReLU LinearReLU LinearTanh
        torch.ao.nn.qat.dynamic.modules.linear: Linear
        torch.ao.nn.qat.modules.conv: Conv1d Conv2d Conv3d _ConvNd
        torch.ao.nn.qat.modules.embedding_ops: Embedding EmbeddingBag
        torch.ao.nn.qat.modules.linear: Linear
        torch.ao.nn.quantizable.modules.activation: MultiheadAttention
        torch.ao.nn.quantizable.modules.rnn: LSTM LSTMCell _LSTMLayer _LSTMSingleLayer
        torch.ao.nn.quantized.dynamic.modules.linear: Linear
        torch.ao.nn.quantized.dynamic.modules.rnn: GRU GRUCell LSTM LSTMCell PackedParameter RNNBase RNNCell RNNCellBase
        torch.ao.nn.quantized.modules: DeQuantize Quantize
        torch.ao.nn.quantized.modules.activation: ELU Hardswish LeakyReLU MultiheadAttention PReLU ReLU6 Sigmoid Softmax
        torch.ao.nn.quantized.modules.batchnorm: BatchNorm2d BatchNorm3d _BatchNorm
        torch.ao.nn.quantized.modules.dropout: Dropout
        torch.ao.nn.quantized.modules.embedding_ops: Embedding EmbeddingBag EmbeddingPackedParams
        torch.ao.nn.quantized.modules.functional_modules: FXFloatFunctional
        torch.ao.nn.quantized.modules.linear: Linear LinearPackedParams
        torch.ao.nn.quantized.modules.normalization: GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d LayerNorm
        torch.ao.nn.quantized.modules.rnn: LSTM
        torch.ao.nn.quantized.modules.utils: WeightedQuantizedModule
        torch.ao.nn.quantized.reference.modules.conv: Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d _ConvNd _ConvTransposeNd
        torch.ao.nn.quantized.reference.modules.linear: Linear
        torch.ao.nn.quantized.reference.modules.rnn: GRUCell LSTMCell RNNCell RNNCellBase
        torch.ao.nn.quantized.reference.modules.sparse: Embedding EmbeddingBag
        torch.ao.nn.quantized.reference.modules.utils: ReferenceQuantizedModule
        torch.ao.nn.sparse.quantized.dynamic.linear: Linear
        torch.ao.nn.sparse.quantized.linear: Linear LinearPackedParams
        torch.ao.nn.sparse.quantized.utils: LinearBlockSparsePattern
        torch.ao.ns._numeric_suite: Logger OutputLogger ShadowLogger
        torch.ao.ns._numeric_suite_fx: NSTracer OutputComparisonLogger OutputLogger
        torch.ao.ns.fx.n_shadows_utils: OutputProp
        torch.ao.pruning._experimental.activation_sparsifier.activation_sparsifier: ActivationSparsifier
        torch.ao.pruning._experimental.data_scheduler.base_data_scheduler: BaseDataScheduler
        torch.ao.pruning._experimental.data_sparsifier.base_data_sparsifier: _Container
        torch.ao.pruning._experimental.pruner.FPGM_pruner: FPGMPruner
        torch.ao.pruning._experimental.pruner.base_structured_sparsifier: BaseStructuredSparsifier
        torch.ao.pruning._experimental.pruner.lstm_saliency_pruner: LSTMSaliencyPruner
        torch.ao.pruning._experimental.pruner.parametrization: FakeStructuredSparsity
        torch.ao.pruning._experimental.pruner.saliency_pruner: SaliencyPruner
        torch.ao.pruning.scheduler.base_scheduler: BaseScheduler
        torch.ao.pruning.scheduler.cubic_scheduler: CubicSL
        torch.ao.pruning.scheduler.lambda_scheduler: LambdaSL
        torch.ao.pruning.sparsifier.base_sparsifier: BaseSparsifier
        torch.ao.pruning.sparsifier.nearly_diagonal_sparsifier: NearlyDiagonalSparsifier
        torch.ao.pruning.sparsifier.utils: FakeSparsity
        torch.ao.pruning.sparsifier.weight_norm_sparsifier: WeightNormSparsifier
        torch.ao.quantization._correct_bias: MeanShadowLogger
        torch.ao.quantization._learnable_fake_quantize: _LearnableFakeQuantize
        torch.ao.quantization.fake_quantize: FakeQuantize FakeQuantizeBase FixedQParamsFakeQuantize FusedMovingAvgObsFakeQuantize
        torch.ao.quantization.fx._equalize: _InputEqualizationObserver _WeightEqualizationObserver
        torch.ao.quantization.fx._model_report.model_report: ModelReport
        torch.ao.quantization.fx.quantize_handler: BatchNormQuantizeHandler BinaryOpQuantizeHandler CatQuantizeHandler ConvReluQuantizeHandler CopyNodeQuantizeHandler CustomModuleQuantizeHandler DefaultNodeQuantizeHandler EmbeddingQuantizeHandler FixedQParamsOpQuantizeHandler GeneralTensorShapeOpQuantizeHandler LinearReLUQuantizeHandler QuantizeHandler RNNDynamicQuantizeHandler StandaloneModuleQuantizeHandler
        torch.ao.quantization.fx.tracer: QuantizationTracer
        torch.ao.quantization.stubs: DeQuantStub QuantStub QuantWrapper
        torch.autograd.anomaly_mode: detect_anomaly set_detect_anomaly
        torch.autograd.forward_ad: _set_fwd_grad_enabled
        torch.autograd.grad_mode: _force_original_view_tracking enforce_grad_layout_policy set_grad_enabled set_multithreading_enabled
        torch.autograd.graph: _AllowMutationOnSavedContext _CloneArgBeforeMutateMode _swap_with_cloned save_on_cpu
        torch.autograd.profiler_legacy: profile
        torch.autograd.profiler_util: FunctionEvent MemRecordsAcc
        torch.backends._nnapi.prepare: NnapiModule
        torch.backends.xeon.run_cpu: _CPUinfo
        torch.cpu.amp.autocast_mode: autocast
        torch.cuda: CudaError StreamContext _amdsmi_cdll_hook device device_of
        torch.cuda._device_limits: GPULimits
        torch.cuda._sanitizer: CUDASanitizerDispatchMode StreamSynchronizations
        torch.cuda.amp.autocast_mode: autocast
        torch.cuda.graphs: graph
        torch.cuda.jiterator: _CodeParser _JittedFunction
        torch.cuda.memory: CUDAPluggableAllocator
        torch.distributed._composable.replicate: _ReplicateState
        torch.distributed._local_tensor: LocalRunnerMode LocalTensorMode _ExceptionRaisingThread _LocalOffsetBasedRNGTracker _LocalPhiloxState
        torch.distributed._mesh_layout: _FlatLayout
        torch.distributed._pycute.layout: Layout
        torch.distributed._shard.sharded_optim.api: ShardedOptimizer
        torch.distributed._shard.sharded_tensor.shard: Shard
        torch.distributed._shard.sharding_spec.api: EnumerableShardingSpec
        torch.distributed._shard.sharding_spec.chunk_sharding_spec: ChunkShardingSpec
        torch.distributed._token_switch: TokenSwitchNCCL
        torch.distributed._tools.fsdp2_mem_tracker: FSDPMemTracker
        torch.distributed._tools.ilp_utils: Graph
        torch.distributed._tools.mem_tracker: MemTracker _WeakRefInfo
        torch.distributed._tools.memory_tracker: MemoryProfileDispatchMode MemoryTracker
        torch.distributed._tools.mod_tracker: ModTracker
        torch.distributed._tools.runtime_estimator: RuntimeEstimator
        torch.distributed._tools.sac_estimator: SACEstimator
        torch.distributed._transport._api: Transport
        torch.distributed._transport._cuda_stream: _CudaStreamOrdering
        torch.distributed._transport.nixl._transport: NIXLTransport
        torch.distributed._watchdog: _CancelHandle _Watchdog
        torch.distributed.algorithms._checkpoint.checkpoint_wrapper: ActivationWrapper CheckpointWrapper OffloadWrapper
        torch.distributed.algorithms._comm_hooks.default_hooks: DefaultState LowPrecisionState
        torch.distributed.algorithms._optimizer_overlap.optimizer_overlap: _OverlappedStandardOptimizer
        torch.distributed.algorithms.ddp_comm_hooks.optimizer_overlap_hooks: _OptimizerHookState
        torch.distributed.algorithms.ddp_comm_hooks.post_localSGD_hook: PostLocalSGDState
        torch.distributed.algorithms.join: Join Joinable
        torch.distributed.algorithms.model_averaging.hierarchical_model_averager: HierarchicalModelAverager
        torch.distributed.checkpoint._async_process_executor: _CheckpointRequestIdentifier _ProcessBasedAsyncCheckpointExecutor _ProcessGroupInitInfo
        torch.distributed.checkpoint._async_thread_executor: _ThreadBasedAsyncCheckpointExecutor
        torch.distributed.checkpoint._experimental.barriers: TCPStoreBarrier
        torch.distributed.checkpoint._experimental.checkpoint_process: CheckpointProcess
        torch.distributed.checkpoint._experimental.staging: DefaultStager
        torch.distributed.checkpoint._extension: ExtensionRegistry ZStandard
        torch.distributed.checkpoint._state_dict_stager: StateDictStager
        torch.distributed.checkpoint.default_planner: DefaultSavePlanner
        torch.distributed.checkpoint.filesystem: FileSystemReader FileSystemWriter _FileSystemWriter _OverlappingCpuLoader
        torch.distributed.checkpoint.fsspec_filesystem: FsspecReader FsspecWriter
        torch.distributed.checkpoint.hf_storage: HuggingFaceStorageReader HuggingFaceStorageWriter
        torch.distributed.checkpoint.metadata: MetadataIndex
        torch.distributed.checkpoint.quantized_hf_storage: QuantizedHuggingFaceStorageReader
        torch.distributed.checkpoint.staging: DefaultStager _ReplicationStager
        torch.distributed.checkpoint.utils: _DistWrapper
        torch.distributed.debug._frontend: FrontendServer HTTPRequestHandler _IPv6HTTPServer
        torch.distributed.distributed_c10d: BackendConfig
        torch.distributed.flight_recorder.components.config_manager: JobConfig
        torch.distributed.flight_recorder.components.types: Op
        torch.distributed.fsdp._flat_param: FlatParamHandle
        torch.distributed.fsdp._fully_shard._fsdp_collectives: SymmMemAllGather SymmMemAllocMixin SymmMemReduceScatter
        torch.distributed.fsdp._fully_shard._fsdp_common: DDPMeshInfo HSDPMeshInfo
        torch.distributed.fsdp._fully_shard._fsdp_param: FSDPParam
        torch.distributed.fsdp._fully_shard._fsdp_param_group: FSDPParamGroup
        torch.distributed.fsdp._limiter_utils: _FreeEventQueue
        torch.distributed.fsdp.fully_sharded_data_parallel: FullyShardedDataParallel
        torch.distributed.fsdp.sharded_grad_scaler: _GeneralMultiDeviceReplicator
        torch.distributed.launcher.api: LaunchConfig
        torch.distributed.optim.functional_adadelta: _FunctionalAdadelta
        torch.distributed.optim.functional_adagrad: _FunctionalAdagrad
        torch.distributed.optim.functional_adam: _FunctionalAdam
        torch.distributed.optim.functional_adamax: _FunctionalAdamax
        torch.distributed.optim.functional_adamw: _FunctionalAdamW
        torch.distributed.optim.functional_rmsprop: _FunctionalRMSprop
        torch.distributed.optim.functional_rprop: _FunctionalRprop
        torch.distributed.optim.functional_sgd: _FunctionalSGD
        torch.distributed.optim.named_optimizer: _NamedOptimizer
        torch.distributed.optim.optimizer: DistributedOptimizer _FunctionalLocalOptimizer _LocalOptimizer
        torch.distributed.optim.post_localSGD_optimizer: PostLocalSGDOptimizer
        torch.distributed.optim.zero_redundancy_optimizer: ZeroRedundancyOptimizer
        torch.distributed.pipelining._IR: DetachExecutor LossWrapper Pipe PipeSequential TrivialLossWrapper _LinearNodeList
        torch.distributed.pipelining.schedules: PipelineScheduleMulti PipelineScheduleSingle Schedule1F1B ScheduleDualPipeV ScheduleGPipe ScheduleInterleaved1F1B ScheduleInterleavedZeroBubble ScheduleLoopedBFS ScheduleZBVZeroBubble _PipelineSchedule _PipelineScheduleRuntime _ScheduleForwardOnly
        torch.distributed.pipelining.stage: PipelineStage _PipelineStage _PipelineStageBase
        torch.distributed.remote_device: _remote_device
        torch.distributed.tensor._decompositions: PlacementTrackingMode
        torch.distributed.tensor._op_schema: OpSchema
        torch.distributed.tensor._ops.single_dim_strategy: _PreparedSingleDimStrategy
        torch.distributed.tensor._ops.strategy_validation: _CaptureAtenOp
        torch.distributed.tensor._random: OffsetBasedRNGTracker _PhiloxState _RNGStateTracker
        torch.distributed.tensor._redistribute: DTensorRedistributePlanner _FlattenedTransformInfo
        torch.distributed.tensor._sharding_prop: ShardingPropagator
        torch.distributed.tensor.debug._comm_mode: CommDebugMode _CommModeModuleTracker
        torch.distributed.tensor.experimental._tp_transform: _TensorParallelTransformPass
        torch.distributed.tensor.parallel.fsdp: DTensorExtensions
        torch.distributed.tensor.placement_types: _StridedShard
        torch.distributions.bernoulli: Bernoulli
        torch.distributions.beta: Beta
        torch.distributions.binomial: Binomial
        torch.distributions.categorical: Categorical
        torch.distributions.cauchy: Cauchy
        torch.distributions.chi2: Chi2
        torch.distributions.continuous_bernoulli: ContinuousBernoulli
        torch.distributions.dirichlet: Dirichlet
        torch.distributions.distribution: Distribution
        torch.distributions.exp_family: ExponentialFamily
        torch.distributions.exponential: Exponential
        torch.distributions.fishersnedecor: FisherSnedecor
        torch.distributions.gamma: Gamma
        torch.distributions.generalized_pareto: GeneralizedPareto
        torch.distributions.geometric: Geometric
        torch.distributions.gumbel: Gumbel
        torch.distributions.half_cauchy: HalfCauchy
        torch.distributions.half_normal: HalfNormal
        torch.distributions.independent: Independent
        torch.distributions.inverse_gamma: InverseGamma
        torch.distributions.kumaraswamy: Kumaraswamy
        torch.distributions.laplace: Laplace
        torch.distributions.lkj_cholesky: LKJCholesky
        torch.distributions.log_normal: LogNormal
        torch.distributions.logistic_normal: LogisticNormal
        torch.distributions.lowrank_multivariate_normal: LowRankMultivariateNormal
        torch.distributions.mixture_same_family: MixtureSameFamily
        torch.distributions.multinomial: Multinomial
        torch.distributions.multivariate_normal: MultivariateNormal
        torch.distributions.negative_binomial: NegativeBinomial
        torch.distributions.normal: Normal
        torch.distributions.one_hot_categorical: OneHotCategorical OneHotCategoricalStraightThrough
        torch.distributions.pareto: Pareto
        torch.distributions.poisson: Poisson
        torch.distributions.relaxed_bernoulli: LogitRelaxedBernoulli RelaxedBernoulli
        torch.distributions.relaxed_categorical: ExpRelaxedCategorical RelaxedOneHotCategorical
        torch.distributions.studentT: StudentT
        torch.distributions.transformed_distribution: TransformedDistribution
        torch.distributions.transforms: CatTransform ComposeTransform IndependentTransform ReshapeTransform StackTransform
        torch.distributions.uniform: Uniform
        torch.distributions.von_mises: VonMises
        torch.distributions.weibull: Weibull
        torch.distributions.wishart: Wishart
        torch.export._draft_export: CaptureStructuredTrace
        torch.export._unlift: GuardsFn
        torch.export._wrapper_utils: _WrapperModule
        torch.export.dynamic_shapes: Dim _DerivedDim _StaticDim
        torch.export.exported_program: ExportedProgram
        torch.export.graph_signature: ExportGraphSignature
        torch.export.pt2_archive: PT2ArchiveReader PT2ArchiveWriter
        torch.export.pt2_archive._package: PT2ArchiveReader PT2ArchiveWriter
        torch.export.pt2_archive._package_weights: TensorProperties
        torch.export.unflatten: InterpreterModule InterpreterModuleDispatcher UnflattenedModule _ModuleFrame
        torch.fx._graph_pickler: _GraphModulePickleData _NodePickleData _OpPrecompiledPickleData _TensorPickleData
        torch.fx._symbolic_trace: Tracer
        torch.fx.graph: Graph _FindNodesLookupTable
        torch.fx.graph_module: _CodeOnlyModule
        torch.fx.interpreter: Interpreter Transformer
        torch.fx.passes.fake_tensor_prop: FakeTensorProp
        torch.fx.passes.graph_drawer: FxGraphDrawer
        torch.fx.passes.graph_transform_observer: GraphTransformObserver
        torch.fx.passes.infra.partitioner: Partition _DependencyViewer
        torch.fx.passes.net_min_base: _MinimizerBase
        torch.fx.passes.reinplace: _FunctionalizationMetadataProp
        torch.fx.passes.shape_prop: ShapeProp
        torch.fx.passes.splitter_base: _SplitterBase _SplitterSettingBase
        torch.fx.passes.utils.common: HolderModule
        torch.fx.passes.utils.matcher_utils: SubgraphMatcher
        torch.fx.passes.utils.matcher_with_name_node_map_utils: SubgraphMatcherWithNameNodeMap
        torch.fx.proxy: GraphAppendingTracer
        torch.jit._state: EnabledProxy
        torch.jit._trace: ONNXTracedModule TracingCheckError
        torch.mtia: StreamContext device
        torch.mtia.mtia_graph: graph
        torch.nativert.backends._lowered_aoti_module: LoweredBackendModule
        torch.nn.attention.bias: CausalBias
        torch.nn.attention.experimental._paged_attention: PagedAttention
        torch.nn.attention.flex_attention: BlockMask
        torch.nn.cpp: ModuleWrapper
        torch.nn.modules.conv: _LazyConvXdMixin
        torch.nn.modules.lazy: LazyModuleMixin
        torch.nn.modules.linear_cross_entropy_options: LinearCrossEntropyOptions
        torch.nn.parallel.distributed: _DDPJoinHook
        torch.nn.utils.parametrizations: _Orthogonal _SpectralNorm _WeightNorm
        torch.nn.utils.parametrize: ParametrizationList
        torch.onnx._internal.exporter._capture_strategies: CaptureStrategy TorchExportDraftExportStrategy TorchExportNonStrictStrategy TorchExportStrictStrategy
        torch.onnx._internal.exporter._exportable_module: ExportableModule
        torch.onnx._internal.exporter._input_observer: InputCandidate
        torch.onnx._internal.exporter._registration: OnnxDecompMeta
        torch.onnx._internal.exporter._verification: _VerificationInterpreter
        torch.onnx._internal.fx._pass: Transform
        torch.onnx._internal.fx.passes.type_promotion: InsertTypePromotion TypePromotionTable _TypePromotionInterpreter
        torch.onnx.errors: SymbolicValueError
        torch.optim._muon: Muon
        torch.optim.swa_utils: SWALR
        torch.profiler._cuspy.cupti_python: _PyLibCupti
        torch.profiler._cuspy.observers.base: CuspyObserver _CachedResolver
        torch.profiler._cuspy.observers.node_timer: NodeTimerObserver
        torch.profiler._cuspy.observers.observation_window: _PollThread
        torch.profiler._memory_profiler: DataFlowGraph DataFlowNode MemoryProfile OpTree SizeMap
        torch.profiler.profiler: _KinetoProfile profile
        torch.quasirandom: SobolEngine
        torch.serialization: _open_buffer_reader _open_file _open_zipfile_reader _open_zipfile_writer_buffer _open_zipfile_writer_file
        torch.sparse._triton_ops: TensorAsKey
        torch.utils._appending_byte_serializer: BytesReader BytesWriter
        torch.utils._config_module: _Config _ConfigEntry _ImplicationConfigPatch
        torch.utils._content_store: ContentStoreReader
        torch.utils._cuda_debug: _TensorTrackingMode _TrackedTensorInfo
        torch.utils._debug_mode._calls: _AnnotateCall _DebugCall _OpCall _OutputPlacementCall _RedistributeCall _TritonKernelCall
        torch.utils._debug_mode._mode: DebugInterpreter DebugMode
        torch.utils._device: DeviceContext
        torch.utils._python_dispatch: BaseTorchDispatchMode TorchDispatchMode
        torch.utils._pytree: LeafSpec TreeSpec
        torch.utils._sympy.value_ranges: ValueRanges
        torch.utils.checkpoint: _CachedTorchDispatchMode _CachingTorchDispatchMode _CheckpointFrame _checkpoint_hook _recomputation_hook
        torch.utils.data._utils.fetch: _IterableDatasetFetcher
        torch.utils.data._utils.worker: ManagerWatchdog
        torch.utils.data.dataloader: _BaseDataLoaderIter _SingleProcessDataLoaderIter
        torch.utils.data.datapipes._decorator: guaranteed_datapipes_determinism runtime_validation_disabled
        torch.utils.data.dataset: ConcatDataset
        torch.utils.data.distributed: DistributedSampler
        torch.utils.data.sampler: WeightedRandomSampler
        torch.utils.flop_counter: FlopCounterMode _FlopCounterMode
        torch.utils.module_tracker: ModuleTracker
        torch.utils.tensorboard._pytorch_graph: NodePy NodePyIO NodePyOP
        torch.utils.tensorboard.writer: SummaryWriter
        torch.utils.throughput_benchmark: ThroughputBenchmark
        torch.utils.weak: TensorWeakRef _IterationGuard
        torch.xpu: StreamContext device device_of
        torch.xpu.graphs: graph
        torch.xpu.memory: XPUPluggableAllocator
        torchao._models.sam2.automatic_mask_generator: SAM2AutomaticMaskGenerator
        torchao._models.sam2.modeling.backbones.hieradet: Hiera MultiScaleAttention MultiScaleBlock
        torchao._models.sam2.modeling.backbones.image_encoder: FpnNeck ImageEncoder
        torchao._models.sam2.modeling.backbones.utils: PatchEmbed
        torchao._models.sam2.modeling.memory_attention: MemoryAttention MemoryAttentionLayer
        torchao._models.sam2.modeling.memory_encoder: CXBlock Fuser MaskDownSampler MemoryEncoder
        torchao._models.sam2.modeling.position_encoding: PositionEmbeddingRandom PositionEmbeddingSine
        torchao._models.sam2.modeling.sam.mask_decoder: MaskDecoder
        torchao._models.sam2.modeling.sam.prompt_encoder: PromptEncoder
        torchao._models.sam2.modeling.sam.transformer: Attention RoPEAttention TwoWayAttentionBlock TwoWayTransformer
        torchao._models.sam2.modeling.sam2_base: SAM2Base
        torchao._models.sam2.modeling.sam2_utils: DropPath LayerNorm2d MLP
        torchao._models.sam2.sam2_image_predictor: SAM2ImagePredictor
        torchao._models.sam2.sam2_video_predictor: SAM2VideoPredictor
        torchao._models.sam2.utils.misc: AsyncVideoFrameLoader
        torchao._models.sam2.utils.transforms: SAM2Transforms
        torchao.experimental.quant_api: UIntxWeightOnlyLinearQuantizer UIntxWeightOnlyQuantizedLinear
        torchao.float8.config: Float8LinearConfig Float8TypeConfig
        torchao.float8.float8_linear: Float8Linear
        torchao.optim.adam: Adam4bit Adam8bit AdamFp8 AdamW4bit AdamW8bit AdamWFp8 _AdamBase _AdamW
        torchao.optim.cpu_offload: CPUOffloadOptimizer
        torchao.optim.subclass_4bit: OptimState4bit
        torchao.optim.subclass_8bit: OptimState8bit
        torchao.optim.subclass_fp8: OptimStateFp8
        torchao.prototype.attention.shared_utils.wrapper: _FP8FlashAttentionMonkeyPatchWrapper _LowPrecisionAttentionWrapper
        torchao.prototype.autoround.multi_tensor: MultiTensor
        torchao.prototype.awq.core: AWQObservedLinear AWQObserver
        torchao.prototype.blockwise_fp8_inference.blockwise_linear: BlockwiseQuantLinear
        torchao.prototype.blockwise_fp8_training.linear: Float8BlockwiseLinear
        torchao.prototype.dtypes.uintx.uintx_utils: UintxTensor
        torchao.prototype.float8_opaque_tensor.inference_workflow: Float8DynamicActivationFloat8WeightOpaqueTensorConfig
        torchao.prototype.float8nocompile.float8nocompile_linear: Float8LinearNoCompile
        torchao.prototype.gptq.observer: GPTQObserverTensor
        torchao.prototype.hqq.hqq_tinygemm_linear: HQQLinearTorchWeightOnlyInt4
        torchao.prototype.inductor.codegen.cpp_qsdpa_template: CppQsdpaTemplate
        torchao.prototype.inductor.fx_passes.qsdpa_fusion: _CustomPass
        torchao.prototype.moe_training.config: Float8TrainingOpConfig
        torchao.prototype.moe_training.mxfp8_linear: MXFP8Linear
        torchao.prototype.moe_training.nvfp4_training.nvfp4_training: NVFP4Linear
        torchao.prototype.mx_formats.inference_workflow: NVFP4ObservedLinear
        torchao.prototype.paretoq.models.modeling_llama_quant: LlamaAttention LlamaDecoderLayer LlamaForCausalLM LlamaForQuestionAnswering LlamaForSequenceClassification LlamaForTokenClassification LlamaMLP LlamaModel LlamaPreTrainedModel LlamaRMSNorm LlamaRotaryEmbedding
        torchao.prototype.paretoq.models.utils_quant: QuantizeLinear
        torchao.prototype.parq.optim.quantopt: QuantOptimizer
        torchao.prototype.pat.group.attention: AttentionHeadGrouperDim0 AttentionHeadGrouperDim1
        torchao.prototype.pat.group.conv: ConvFilterGrouper
        torchao.prototype.pat.group.low_rank: PackedSVDGrouper SVDGrouper
        torchao.prototype.pat.group.packed: PackedGrouperMixin
        torchao.prototype.pat.layers.masked_layernorm: MaskedLayerNorm
        torchao.prototype.qat.mx: MXFakeQuantizedLinear
        torchao.prototype.qat.nvfp4: NVFP4FakeQuantizedLinear
        torchao.prototype.quantization.codebook.codebook_quantized_tensor: CodebookQuantizedTensor
        torchao.prototype.quantization.codebook_coreml.codebook_quantized_tensor: CodebookQuantizedTensor
        torchao.prototype.quantization.codebook_groupwise.api: GroupwiseLutWeightConfig
        torchao.prototype.quantization.codebook_groupwise.codebook_quantized_tensor: CodebookQuantizedPackedTensor
        torchao.prototype.quantization.embedding.api: QuantizedEmbedding QuantizedEmbeddingFallback QuantizedLinear QuantizedTiedEmbedding
        torchao.prototype.quantization.float8_static_quant.prototype_float8_tensor: PrototypeFloat8Tensor
        torchao.prototype.quantization.gguf.gguf_quantized_tensor: GGUFQuantizedTensor
        torchao.prototype.quantization.int4: Int4OpaqueTensor
        torchao.prototype.quantization.int4.inference_workflow: Int8DynamicActivationInt4WeightConfig PrototypeInt4WeightOnlyConfig
        torchao.prototype.quantization.int4.int4_opaque_tensor: Int4OpaqueTensor
        torchao.prototype.quantization.int8_lut_tensor.int8_lut_tensor: Int8LutTensor
        torchao.prototype.quantization.module_swap.data_getters.llm_ptq_data_getter: LLMPTQDataGetter
        torchao.prototype.quantization.module_swap.quantized_modules: QuantizedEmbedding QuantizedLinear
        torchao.prototype.quantization.module_swap.quantizers: CodeBookQuantizer IntQuantizer
        torchao.prototype.quantization.quant_api: Float8ObservedLinear Float8ObservedSoftmax Float8QuantizedSoftmax Float8StaticActivationFloat8WeightConfig Int8DynamicActivationUIntxWeightConfig UIntxWeightOnlyConfig
        torchao.prototype.quantization.uintx.uintx_bit_packed_tensor: UIntxBitPackedTensor
        torchao.prototype.quantized_training.bitnet: BitNetPacked2bitLinearWeight BitNetTrainingLinearWeight
        torchao.prototype.quantized_training.int8: Int8QuantizedTrainingLinearWeight
        torchao.prototype.quantized_training.int8_mixed_precision: Int8MixedPrecisionTrainingLinear
        torchao.prototype.smoothquant.core: RunningAbsMaxSmoothQuantObserver SmoothQuantObservedLinear SmoothQuantObserver
        torchao.prototype.sparsity.pruner.FPGM_pruner: FPGMPruner
        torchao.prototype.sparsity.pruner.base_structured_sparsifier: BaseStructuredSparsifier
        torchao.prototype.sparsity.pruner.lstm_saliency_pruner: LSTMSaliencyPruner
        torchao.prototype.sparsity.pruner.parametrization: FakeStructuredSparsity
        torchao.prototype.sparsity.pruner.saliency_pruner: SaliencyPruner
        torchao.prototype.sparsity.scheduler.base_scheduler: BaseScheduler
        torchao.prototype.sparsity.scheduler.cubic_scheduler: CubicSL
        torchao.prototype.sparsity.scheduler.lambda_scheduler: LambdaSL
        torchao.prototype.sparsity.sparsifier.base_sparsifier: BaseSparsifier
        torchao.prototype.sparsity.sparsifier.nearly_diagonal_sparsifier: NearlyDiagonalSparsifier
        torchao.prototype.sparsity.sparsifier.utils: FakeSparsity
        torchao.prototype.sparsity.sparsifier.weight_norm_sparsifier: WeightNormSparsifier
        torchao.prototype.spinquant.spinquant: HadamardMultiplier
        torchao.quantization: Float8Tensor Int4PlainInt32Tensor Int4PreshuffledTensor Int4Tensor Int4TilePackedTo4dTensor Int8Tensor IntxOpaqueTensor IntxUnpackedToInt8Tensor
        torchao.quantization.linear_quant_modules: Int4WeightOnlyQuantizer Int8DynActInt4WeightLinear Int8DynActInt4WeightQuantizer WeightOnlyInt4Linear
        torchao.quantization.pt2e._numeric_debugger: OutputLogger QuantizationComparisonResult
        torchao.quantization.pt2e.constant_fold: ConstantFolder
        torchao.quantization.pt2e.export_utils: WrapperModule
        torchao.quantization.pt2e.fake_quantize: AffineFakeQuantize FakeQuantize FakeQuantizeBase FixedQParamsFakeQuantize FusedMovingAvgObsFakeQuantize
        torchao.quantization.pt2e.learnable_fake_quantize: LearnableFakeQuantize
        torchao.quantization.qat.affine_fake_quantized_tensor: _AffineFakeQuantizedTensor
        torchao.quantization.qat.api: ComposableQATQuantizer QATConfig
        torchao.quantization.qat.embedding: FakeQuantizedEmbedding Int4WeightOnlyEmbedding Int4WeightOnlyEmbeddingQATQuantizer Int4WeightOnlyQATEmbedding
        torchao.quantization.qat.fake_quantize_config: FakeQuantizeConfig IntxFakeQuantizeConfig
        torchao.quantization.qat.fake_quantizer: FakeQuantizer FakeQuantizerBase Float8FakeQuantizer Int4WeightFakeQuantizer IntxFakeQuantizer
        torchao.quantization.qat.linear: FakeQuantizedLinear Float8ActInt4WeightQATQuantizer Int4WeightOnlyQATLinear Int4WeightOnlyQATQuantizer Int8DynActInt4WeightQATLinear Int8DynActInt4WeightQATQuantizer
        torchao.quantization.quant_api: Float8DynamicActivationFloat8WeightConfig Float8WeightOnlyConfig FqnToConfig Int4WeightOnlyConfig Int8DynamicActivationInt8WeightConfig Int8DynamicActivationIntxWeightConfig Int8StaticActivationInt8WeightConfig Int8WeightOnlyConfig IntxWeightOnlyConfig
        torchao.quantization.quantize_.workflows.float8.float8_sparse_2x4_1d_data_1d_metadata_tensor: Float8Sparse2x4_1DData1DMetadataTensor
        torchao.quantization.quantize_.workflows.float8.float8_sparse_2x4_2d_data_2d_metadata_tensor: Float8Sparse2x4_2DData2DMetadataTensor
        torchao.quantization.quantize_.workflows.float8.float8_tensor: Float8Tensor
        torchao.quantization.quantize_.workflows.int4.int4_plain_int32_tensor: Int4PlainInt32Tensor
        torchao.quantization.quantize_.workflows.int4.int4_preshuffled_tensor: Int4PreshuffledTensor
        torchao.quantization.quantize_.workflows.int4.int4_tensor: Int4Tensor
        torchao.quantization.quantize_.workflows.int4.int4_tile_packed_to_4d_tensor: Int4TilePackedTo4dTensor
        torchao.quantization.quantize_.workflows.int8.int8_tensor: Int8Tensor
        torchao.quantization.quantize_.workflows.intx.intx_opaque_tensor: IntxOpaqueTensor
        torchao.quantization.quantize_.workflows.intx.intx_unpacked_to_int8_tensor: IntxUnpackedToInt8Tensor
        torchao.quantization.utils: LoggingTensorMode
        torchao.sparsity.blocksparse: BlockSparseTensor
        torchao.sparsity.sparse_api: BlockSparseWeightConfig SemiSparseWeightConfig
        torchao.sparsity.supermask: SupermaskLinear
        torchao.sparsity.training: SemiSparseActivationLinear SemiSparseLinear
        torchao.sparsity.wanda: WandaSparsifier
        torchao.testing.model_architectures: ConvWithSharedWeightInExportedModel LNLinearActivationModel LlamaModelsLlama4Experts RMSNorm ToySingleLinearModel ToyTwoLinearModel TransformerBlock
        torchao.testing.pt2e.utils: FP8QDQConv2d FP8QDQLinear
        torchao.testing.training.dtensor_utils: FeedForward ToyModel
        torchao.utils: DummyModule TorchAOBaseTensor UnwrapTensorSubclass
        torchvision.models._utils: IntermediateLayerGetter
        torchvision.models.alexnet: AlexNet
        torchvision.models.convnext: CNBlock ConvNeXt LayerNorm2d
        torchvision.models.densenet: DenseNet _DenseBlock _DenseLayer _Transition
        torchvision.models.detection._utils: BoxCoder Matcher SSDMatcher
        torchvision.models.detection.anchor_utils: AnchorGenerator DefaultBoxGenerator
        torchvision.models.detection.backbone_utils: BackboneWithFPN
        torchvision.models.detection.faster_rcnn: FastRCNNConvFCHead FastRCNNPredictor FasterRCNN TwoMLPHead
        torchvision.models.detection.fcos: FCOS FCOSClassificationHead FCOSHead FCOSRegressionHead
        torchvision.models.detection.generalized_rcnn: GeneralizedRCNN
        torchvision.models.detection.keypoint_rcnn: KeypointRCNN KeypointRCNNHeads KeypointRCNNPredictor
        torchvision.models.detection.mask_rcnn: MaskRCNN MaskRCNNHeads MaskRCNNPredictor
        torchvision.models.detection.retinanet: RetinaNet RetinaNetClassificationHead RetinaNetHead RetinaNetRegressionHead
        torchvision.models.detection.roi_heads: RoIHeads
        torchvision.models.detection.rpn: RPNHead RegionProposalNetwork
        torchvision.models.detection.ssd: SSD SSDClassificationHead SSDFeatureExtractorVGG SSDHead SSDRegressionHead SSDScoringHead
        torchvision.models.detection.ssdlite: SSDLiteClassificationHead SSDLiteFeatureExtractorMobileNet SSDLiteHead SSDLiteRegressionHead
        torchvision.models.detection.transform: GeneralizedRCNNTransform
        torchvision.models.efficientnet: EfficientNet FusedMBConv MBConv MBConvConfig
        torchvision.models.feature_extraction: LeafModuleAwareTracer NodePathTracer
        torchvision.models.googlenet: BasicConv2d GoogLeNet Inception InceptionAux
        torchvision.models.inception: BasicConv2d Inception3 InceptionA InceptionAux InceptionB InceptionC InceptionD InceptionE
        torchvision.models.maxvit: MBConv MaxVit MaxVitBlock MaxVitLayer PartitionAttentionLayer RelativePositionalMultiHeadAttention SwapAxes WindowDepartition WindowPartition
        torchvision.models.mnasnet: MNASNet _InvertedResidual
        torchvision.models.mobilenetv2: InvertedResidual MobileNetV2
        torchvision.models.mobilenetv3: InvertedResidual InvertedResidualConfig MobileNetV3
        torchvision.models.optical_flow.raft: BottleneckBlock ConvGRU CorrBlock FeatureEncoder FlowHead MaskPredictor MotionEncoder RAFT RecurrentBlock ResidualBlock UpdateBlock
        torchvision.models.quantization.googlenet: QuantizableBasicConv2d QuantizableGoogLeNet QuantizableInception QuantizableInceptionAux
        torchvision.models.quantization.inception: QuantizableBasicConv2d QuantizableInception3 QuantizableInceptionA QuantizableInceptionAux QuantizableInceptionB QuantizableInceptionC QuantizableInceptionD QuantizableInceptionE
        torchvision.models.quantization.mobilenetv2: QuantizableInvertedResidual QuantizableMobileNetV2
        torchvision.models.quantization.mobilenetv3: QuantizableInvertedResidual QuantizableMobileNetV3 QuantizableSqueezeExcitation
        torchvision.models.quantization.resnet: QuantizableBasicBlock QuantizableBottleneck QuantizableResNet
        torchvision.models.quantization.shufflenetv2: QuantizableInvertedResidual QuantizableShuffleNetV2
        torchvision.models.regnet: AnyStage BottleneckTransform RegNet ResBottleneckBlock SimpleStemIN
        torchvision.models.resnet: BasicBlock Bottleneck ResNet
        torchvision.models.segmentation._utils: _SimpleSegmentationModel
        torchvision.models.segmentation.deeplabv3: ASPP ASPPConv ASPPPooling DeepLabHead DeepLabV3
        torchvision.models.segmentation.fcn: FCN FCNHead
        torchvision.models.segmentation.lraspp: LRASPP LRASPPHead
        torchvision.models.shufflenetv2: InvertedResidual ShuffleNetV2
        torchvision.models.squeezenet: Fire SqueezeNet
        torchvision.models.swin_transformer: PatchMerging PatchMergingV2 ShiftedWindowAttention ShiftedWindowAttentionV2 SwinTransformer SwinTransformerBlock SwinTransformerBlockV2
        torchvision.models.vgg: VGG
        torchvision.models.video.mvit: MViT MultiscaleAttention MultiscaleBlock Pool PositionalEncoding
        torchvision.models.video.resnet: BasicBlock BasicStem Bottleneck Conv2Plus1D Conv3DNoTemporal Conv3DSimple R2Plus1dStem VideoResNet
        torchvision.models.video.s3d: S3D SepInceptionBlock3D TemporalSeparableConv
        torchvision.models.video.swin_transformer: PatchEmbed3d ShiftedWindowAttention3d SwinTransformer3d
        torchvision.models.vision_transformer: Encoder EncoderBlock MLPBlock VisionTransformer
        torchvision.ops.deform_conv: DeformConv2d
        torchvision.ops.drop_block: DropBlock2d DropBlock3d
        torchvision.ops.feature_pyramid_network: ExtraFPNBlock FeaturePyramidNetwork LastLevelMaxPool LastLevelP6P7
        torchvision.ops.misc: Conv2dNormActivation Conv3dNormActivation ConvNormActivation FrozenBatchNorm2d MLP Permute SqueezeExcitation
        torchvision.ops.poolers: MultiScaleRoIAlign
        torchvision.ops.ps_roi_align: PSRoIAlign
        torchvision.ops.ps_roi_pool: PSRoIPool
        torchvision.ops.roi_align: RoIAlign
        torchvision.ops.roi_pool: RoIPool
        torchvision.ops.stochastic_depth: StochasticDepth
        torchvision.transforms._presets: ImageClassification ObjectDetection OpticalFlow SemanticSegmentation VideoClassification
        torchvision.transforms._transforms_video: RandomCropVideo RandomResizedCropVideo
        torchvision.transforms.autoaugment: AugMix AutoAugment RandAugment TrivialAugmentWide
        torchvision.transforms.transforms: CenterCrop ColorJitter Compose ConvertImageDtype ElasticTransform FiveCrop GaussianBlur Grayscale Lambda LinearTransformation Normalize PILToTensor Pad RandomAdjustSharpness RandomAffine RandomApply RandomAutocontrast RandomChoice RandomCrop RandomEqualize RandomErasing RandomGrayscale RandomHorizontalFlip RandomInvert RandomOrder RandomPerspective RandomPosterize RandomResizedCrop RandomRotation RandomSolarize RandomTransforms RandomVerticalFlip Resize TenCrop ToPILImage ToTensor
        torchvision.transforms.v2._augment: CutMix JPEG MixUp RandomErasing _BaseMixUpCutMix
        torchvision.transforms.v2._auto_augment: AugMix AutoAugment RandAugment TrivialAugmentWide _AutoAugmentBase
        torchvision.transforms.v2._color: ColorJitter Grayscale RGB RandomAdjustSharpness RandomAutocontrast RandomChannelPermutation RandomEqualize RandomGrayscale RandomInvert RandomPhotometricDistort RandomPosterize RandomSolarize
        torchvision.transforms.v2._container: Compose RandomApply RandomChoice RandomOrder
        torchvision.transforms.v2._deprecated: ToTensor
        torchvision.transforms.v2._geometry: CenterCrop ElasticTransform FiveCrop Pad RandomAffine RandomCrop RandomHorizontalFlip RandomIoUCrop RandomPerspective RandomResize RandomResizedCrop RandomRotation RandomShortestSize RandomVerticalFlip RandomZoomOut Resize ScaleJitter TenCrop
        torchvision.transforms.v2._meta: ClampBoundingBoxes ClampKeyPoints ConvertBoundingBoxFormat SetClampingMode
        torchvision.transforms.v2._misc: ConvertImageDtype GaussianBlur GaussianNoise Identity Lambda LinearTransformation Normalize SanitizeBoundingBoxes SanitizeKeyPoints ToDtype
        torchvision.transforms.v2._temporal: UniformTemporalSubsample
        torchvision.transforms.v2._transform: Transform _RandomApplyTransform
        torchvision.transforms.v2._type_conversion: PILToTensor ToImage ToPILImage ToPureTensor
        torchvision.tv_tensors._dataset_wrapper: VisionDatasetTVTensorWrapper
        transformers.activations: AccurateGELUActivation ClassInstantier ClippedGELUActivation FastGELUActivation GELUActivation GELUTanh LaplaceActivation LinearActivation MishActivation NewGELUActivation QuickGELUActivation ReLUSquaredActivation SiLUActivation SqrtSoftplusActivation XIELUActivation
        transformers.backbone_utils: BackboneMixin
        transformers.cache_utils: LinearAttentionCacheLayerMixin LinearAttentionLayer
        transformers.cli.chat: Chat RichInterface
        transformers.cli.serve: Serve
        transformers.cli.serving.model_manager: ModelManager TimedModel
        transformers.cli.serving.systemone: SystemOneHandler
        transformers.cli.serving.utils: CBStreamer DirectStreamer InferenceThread
        transformers.convert_slow_tokenizer: AlbertConverter BarthezConverter BertGenerationConverter BigBirdConverter CamembertConverter CanaryConverter DebertaV2Converter GemmaConverter GemmaSentencePieceExtractor HeliumConverter LlamaConverter MBart50Converter MBartConverter MoshiConverter NllbConverter OmniASRConverter ParakeetConverter PegasusConverter ReformerConverter RemBertConverter SeamlessM4TConverter SentencePieceExtractor SpmConverter T5Converter UdopConverter VideoPrismConverter XGLMConverter XLMRobertaConverter XLNetConverter
        transformers.core_model_loading: GroupWeightRename Inkling2IndexOffsetWeightRename LayerPairCollapse PrefixChange VisionFuseAndPermuteForRope VisionUnfuseAndPermuteForRope WeightConverter WeightRenaming WeightTransform
        transformers.debug_utils: DebugUnderflowOverflow
        transformers.distributed.configuration_utils: DistributedConfig
        transformers.distributed.expert_parallel: AllReduceEP AllToAllEP AutoEP EPImplementation MegaMoeEP
        transformers.distributed.pipeline_parallel: PipelineIdentityLayer PipelineStage
        transformers.distributed.sharding_utils: DtensorShardOperation
        transformers.exporters.base: HfExporter
        transformers.exporters.exporter_dynamo: DynamoExporter
        transformers.exporters.exporter_executorch: ExecutorchExporter
        transformers.exporters.exporter_onnx: OnnxExporter
        transformers.exporters.exporter_openvino: OpenVINOExporter
        transformers.exporters.quantizers.quantizer_onnxruntime: _FeedReader
        transformers.exporters.runners.base: ModelRunner
        transformers.exporters.runners.runner_dynamo: DynamoModelRunner
        transformers.exporters.runners.runner_executorch: ExecutorchModelRunner
        transformers.exporters.runners.runner_onnx: OnnxModelRunner
        transformers.exporters.runners.runner_openvino: OpenVINOModelRunner
        transformers.feature_extraction_sequence_utils: SequenceFeatureExtractor
        transformers.feature_extraction_utils: BatchFeature FeatureExtractionMixin
        transformers.fusion_mapping: _FusedPatchEmbeddingMixin
        transformers.generation.candidate_generator: AssistantToTargetTranslator AssistedCandidateGenerator AssistedCandidateGeneratorDifferentTokenizers DFlashTokenCandidateGenerator EarlyExitCandidateGenerator MTPCandidateGenerator SinglePositionMultiTokenCandidateGenerator UniversalSpeculativeDecodingGenerator _MapInputEmbedding _PruneReindexingLMHead
        transformers.generation.configuration_utils: ContinuousBatchingConfig
        transformers.generation.continuous_batching.cache: PagedAttentionMemoryHandler
        transformers.generation.continuous_batching.cache_allocators.cache_pool: CachePool
        transformers.generation.continuous_batching.cb_logits_processors: ContinuousBatchingLogitsProcessorList
        transformers.generation.continuous_batching.continuous_api: BackgroundThreadStatus ContinuousBatchingManager OutputRouter ProtoPretrainedModel
        transformers.generation.continuous_batching.distributed: DistributedHelper
        transformers.generation.continuous_batching.input_outputs: ContinuousBatchingAsyncIOs ContinuousBatchingIOs HostDeviceIOPair
        transformers.generation.continuous_batching.model_runner: ModelRunner
        transformers.generation.continuous_batching.offloading_manager: OffloadingManager
        transformers.generation.continuous_batching.scheduler: FIFOScheduler PrefillFirstScheduler Scheduler
        transformers.generation.logits_process: BarkEosPrioritizerLogitsProcessor DiaEOSDelayPatternLogitsProcessor EncoderNoRepeatNGramLogitsProcessor EtaLogitsWarper ExponentialDecayLengthPenalty ForcedEOSTokenLogitsProcessor MinLengthLogitsProcessor MinNewTokensLengthLogitsProcessor NoBadWordsLogitsProcessor RepetitionPenaltyLogitsProcessor SequenceBiasLogitsProcessor SuppressTokensAtBeginLogitsProcessor SuppressTokensLogitsProcessor SynthIDTextWatermarkLogitsProcessor SynthIDTextWatermarkState WatermarkLogitsProcessor
        transformers.generation.stopping_criteria: EosTokenCriteria MaxTimeCriteria StopStringCriteria
        transformers.generation.streamers: AsyncTextIteratorStreamer
        transformers.generation.utils: DeferredStopCheck
        transformers.generation.watermarking: BayesianDetectorModel BayesianDetectorWatermarkedLikelihood WatermarkDetector
        transformers.hf_argparser: HfArgumentParser
        transformers.image_processing_backends: PilBackend TorchvisionBackend
        transformers.image_processing_base: BatchFeature ImageProcessingMixin
        transformers.image_processing_outputs: SemanticSegmentationPostProcessorOutput
        transformers.image_processing_utils: BaseImageProcessor
        transformers.integrations.bitnet: AutoBitLinear BitLinear
        transformers.integrations.compressed_tensors: CompressedTensorsFP8Linear
        transformers.integrations.deepspeed: HfDeepSpeedConfig HfTrainerDeepSpeedConfig
        transformers.integrations.eetq: EetqLinear
        transformers.integrations.executorch: Seq2SeqLMDecoderExportableModuleWithStaticCache Seq2SeqLMEncoderExportableModule Seq2SeqLMExportableModule TorchExportableModuleForDecoderOnlyLM TorchExportableModuleWithHybridCache TorchExportableModuleWithStaticCache
        transformers.integrations.fbgemm_fp8: FbgemmFp8Linear FbgemmFp8Llama4TextExperts
        transformers.integrations.finegrained_fp8: FP8Embedding FP8Experts FP8GroupedLinear FP8Linear
        transformers.integrations.flex_attention: WrappedFlexAttention
        transformers.integrations.gemma_quant: QuantizedEmbedding QuantizedLinear
        transformers.integrations.gguf.gguf_conversion_mapping: TiledToGroupedInputs TiledToGroupedRows
        transformers.integrations.gguf.utils: GgufEmbedding GgufExperts GgufLinear
        transformers.integrations.higgs: HiggsLinear
        transformers.integrations.integration_utils: AzureMLCallback ClearMLCallback CodeCarbonCallback DVCLiveCallback FlyteCallback KubeflowCallback SwanLabCallback TensorBoardCallback TrackioCallback WandbCallback
        transformers.integrations.metal_quantization: MetalLinear
        transformers.integrations.mistral.tokenizer: MistralConverter
        transformers.integrations.mxfp4: Mxfp4GptOssExperts Mxfp4GptOssMLP
        transformers.integrations.nvfp4: NVFP4Linear
        transformers.loss.loss_d_fine: DFineLoss
        transformers.loss.loss_deformable_detr: DeformableDetrHungarianMatcher DeformableDetrImageLoss
        transformers.loss.loss_deimv2: Deimv2Loss
        transformers.loss.loss_for_object_detection: HungarianMatcher ImageLoss
        transformers.loss.loss_grounding_dino: GroundingDinoHungarianMatcher GroundingDinoImageLoss
        transformers.loss.loss_lw_detr: LwDetrHungarianMatcher LwDetrImageLoss
        transformers.loss.loss_rf_detr: RfDetrHungarianMatcher RfDetrImageLoss
        transformers.loss.loss_rt_detr: RTDetrHungarianMatcher RTDetrLoss
        transformers.modelcard: TrainingSummary
        transformers.modeling_layers: GenericForQuestionAnswering GenericForSequenceClassification GenericForTokenClassification GradientCheckpointingLayer MtpLayer MtpModel
        transformers.modeling_utils: PreTrainedAudioTokenizerBase PreTrainedModel
        transformers.optimization: Adafactor AdafactorSchedule
        transformers.pipelines.any_to_any: AnyToAnyPipeline
        transformers.pipelines.audio_classification: AudioClassificationPipeline
        transformers.pipelines.automatic_speech_recognition: AutomaticSpeechRecognitionPipeline
        transformers.pipelines.base: ChunkPipeline CsvPipelineDataFormat JsonPipelineDataFormat PipedPipelineDataFormat Pipeline PipelineDataFormat
        transformers.pipelines.decision: DecisionPipeline
        transformers.pipelines.depth_estimation: DepthEstimationPipeline
        transformers.pipelines.document_question_answering: DocumentQuestionAnsweringPipeline
        transformers.pipelines.feature_extraction: FeatureExtractionPipeline
        transformers.pipelines.fill_mask: FillMaskPipeline
        transformers.pipelines.image_classification: ImageClassificationPipeline
        transformers.pipelines.image_feature_extraction: ImageFeatureExtractionPipeline
        transformers.pipelines.image_segmentation: ImageSegmentationPipeline
        transformers.pipelines.image_text_to_text: ImageTextToTextPipeline
        transformers.pipelines.keypoint_matching: KeypointMatchingPipeline
        transformers.pipelines.mask_generation: MaskGenerationPipeline
        transformers.pipelines.object_detection: ObjectDetectionPipeline
        transformers.pipelines.table_question_answering: TableQuestionAnsweringPipeline
        transformers.pipelines.text_classification: TextClassificationPipeline
        transformers.pipelines.text_generation: TextGenerationPipeline
        transformers.pipelines.text_to_audio: TextToAudioPipeline
        transformers.pipelines.token_classification: TokenClassificationPipeline
        transformers.pipelines.video_classification: VideoClassificationPipeline
        transformers.pipelines.zero_shot_audio_classification: ZeroShotAudioClassificationPipeline
        transformers.pipelines.zero_shot_classification: ZeroShotClassificationPipeline
        transformers.pipelines.zero_shot_image_classification: ZeroShotImageClassificationPipeline
        transformers.pipelines.zero_shot_object_detection: ZeroShotObjectDetectionPipeline
        transformers.processing_utils: OmniModalProcessorMixin ProcessorMixin
        transformers.pytorch_utils: Conv1D
        transformers.quantizers.quantizer_compressed_tensors: CompressedTensorsHfQuantizer
        transformers.quantizers.quantizer_gptq: GptqHfQuantizer
        transformers.quantizers.quantizer_hqq: HqqHfQuantizer
        transformers.testing_utils: CPUMemoryMonitor CaptureLogger CaptureStd CaptureStderr CaptureStdout ColoredFormatter TemporaryHubRepo TestCasePlus
        transformers.time_series_utils: AffineTransformed LambdaLayer ParameterProjection
        transformers.tokenization_utils_base: BatchEncoding
        transformers.tokenization_utils_sentencepiece: SentencePieceExtractor
        transformers.trainer: Trainer
        transformers.trainer_callback: CallbackHandler TrainerState
        transformers.trainer_pt_utils: DistributedLengthGroupedSampler DistributedSamplerWithLoop LayerWiseDummyOptimizer LayerWiseDummyScheduler LengthGroupedSampler ShardSampler
        transformers.trainer_seq2seq: Seq2SeqTrainer
        transformers.trainer_utils: TrainerMemoryTracker
        transformers.training_args: TrainingArguments
        transformers.training_args_seq2seq: Seq2SeqTrainingArguments
        transformers.utils.attention_visualizer: AttentionMaskVisualizer
        transformers.utils.chat_parsing.response_parser: ResponseParser
        transformers.utils.dummy_detectron2_objects: LayoutLMv2Model
        transformers.utils.import_utils: Backend
        transformers.utils.network_logging: _NetworkDebugProfiler _NetworkRequestTrace
        transformers.utils.output_capturing: CompileableContextVar
        transformers.utils.quantization_config: AqlmConfig AutoRoundConfig AwqConfig BitNetQuantConfig BitsAndBytesConfig CompressedTensorsConfig EetqConfig FPQuantConfig FineGrainedFP8Config GPTQConfig HiggsConfig HqqConfig MetalConfig NVFP4Config QuantoConfig QuarkConfig SinqConfig SpQRConfig TorchAoConfig VptqConfig VptqLayerConfig
        transformers.video_processing_utils: BaseVideoProcessor VideoProcessorMixin
        ultralytics.data.augment: Albumentations
        ultralytics.data.dataset: YOLOConcatDataset
        ultralytics.data.loaders: LoadPilAndNumpy LoadScreenshots LoadTensor
        ultralytics.engine.exporter: ClassMapModel ExportWrapper NMSModel QNNModel
        ultralytics.engine.trainer: BaseTrainer
        ultralytics.models.rtdetr.train: RTDETRTrainer
        ultralytics.models.sam.modules.blocks: Block CXBlock DropPath Fuser MaskDownSampler MultiScaleAttention MultiScaleBlock PatchEmbed PositionEmbeddingRandom PositionEmbeddingSine REAttention RoPEAttention SAM2TwoWayAttentionBlock SAM2TwoWayTransformer
        ultralytics.models.sam.modules.decoders: MaskDecoder SAM2MaskDecoder
        ultralytics.models.sam.modules.encoders: FpnNeck Hiera ImageEncoder ImageEncoderViT MemoryEncoder PromptEncoder
        ultralytics.models.sam.modules.memory_attention: MemoryAttention MemoryAttentionLayer
        ultralytics.models.sam.modules.sam: SAM2Model SAM3Model SAMModel
        ultralytics.models.sam.modules.tiny_encoder: Attention BasicLayer ConvLayer MBConv MLP PatchEmbed PatchMerging TinyViT TinyViTBlock
        ultralytics.models.sam.modules.transformer: Attention TwoWayAttentionBlock TwoWayTransformer
        ultralytics.models.sam.sam3.decoder: TransformerDecoder TransformerDecoderLayer
        ultralytics.models.sam.sam3.encoder: TransformerEncoder TransformerEncoderFusion TransformerEncoderLayer
        ultralytics.models.sam.sam3.geometry_encoders: Prompt SequenceGeometryEncoder
        ultralytics.models.sam.sam3.maskformer_segmentation: MaskPredictor PixelDecoder SegmentationHead UniversalSegmentationHead
        ultralytics.models.sam.sam3.model_misc: DotProductScoring LayerScale TransformerWrapper
        ultralytics.models.sam.sam3.necks: Sam3DualViTDetNeck
        ultralytics.models.sam.sam3.sam3_image: SAM3SemanticModel
        ultralytics.models.sam.sam3.text_encoder_ve: ResidualAttentionBlock TextTransformer Transformer VETextEncoder
        ultralytics.models.sam.sam3.vitdet: Attention Block ViT
        ultralytics.models.sam.sam3.vl_combiner: SAM3VLBackbone
        ultralytics.models.utils.loss: DETRLoss RTDETRDetectionLoss
        ultralytics.models.utils.ops: HungarianMatcher
        ultralytics.models.yolo.classify.train: ClassificationTrainer
        ultralytics.models.yolo.depth.train: DepthTrainer
        ultralytics.models.yolo.detect.train: DetectionTrainer
        ultralytics.models.yolo.obb.train: OBBTrainer
        ultralytics.models.yolo.pose.train: PoseTrainer
        ultralytics.models.yolo.segment.train: SegmentationTrainer
        ultralytics.models.yolo.semantic.train: SemanticSegmentationTrainer
        ultralytics.models.yolo.world.train: WorldTrainer
        ultralytics.models.yolo.world.train_world: WorldTrainerFromScratch
        ultralytics.models.yolo.yoloe.train: YOLOEPEFreeTrainer YOLOEPETrainer YOLOETrainer YOLOETrainerFromScratch YOLOEVPTrainer
        ultralytics.models.yolo.yoloe.train_seg: YOLOEPESegTrainer YOLOESegTrainer YOLOESegTrainerFromScratch YOLOESegVPTrainer
        ultralytics.nn.autobackend: AutoBackend
        ultralytics.nn.backends.axelera: AxeleraBackend
        ultralytics.nn.backends.base: BaseBackend
        ultralytics.nn.backends.coreai: CoreAIBackend
        ultralytics.nn.backends.coreml: CoreMLBackend
        ultralytics.nn.backends.deepx: DeepXBackend
        ultralytics.nn.backends.executorch: ExecuTorchBackend
        ultralytics.nn.backends.litert: LiteRTBackend
        ultralytics.nn.backends.mnn: MNNBackend
        ultralytics.nn.backends.ncnn: NCNNBackend
        ultralytics.nn.backends.onnx: ONNXBackend ONNXIMXBackend
        ultralytics.nn.backends.openvino: OpenVINOBackend
        ultralytics.nn.backends.paddle: PaddleBackend
        ultralytics.nn.backends.pytorch: PyTorchBackend TorchScriptBackend
        ultralytics.nn.backends.qnn: QNNBackend
        ultralytics.nn.backends.rknn: RKNNBackend
        ultralytics.nn.backends.tensorflow: TensorFlowBackend
        ultralytics.nn.backends.tensorrt: TensorRTBackend
        ultralytics.nn.backends.triton: TritonBackend
        ultralytics.nn.modules.activation: AGLU
        ultralytics.nn.modules.block: A2C2f AAttn ABlock AConv ADown Attention BNContrastiveHead Bottleneck BottleneckCSP C1 C2 C2PSA C2f C2fAttn C2fCIB C2fPSA C3 C3Ghost C3TR C3f C3k C3k2 C3x CBFuse CBLinear CIB ContrastiveHead DFL ELAN1 GhostBottleneck HGBlock HGStem ImagePoolingAttn MaxSigmoidAttnBlock PSA PSABlock Proto Proto26 RealNVP RepBottleneck RepC3 RepCSP RepNCSPELAN4 RepVGGDW ResNetBlock ResNetLayer Residual SAVPE SCDown SPP SPPELAN SPPF SwiGLUFFN TorchVision
        ultralytics.nn.modules.conv: CBAM ChannelAttention Concat Conv Conv2 ConvTranspose DWConv DWConvTranspose2d Focus GhostConv Index LightConv RepConv SpatialAttention
        ultralytics.nn.modules.head: Classify Depth Detect LRPCHead OBB OBB26 Pose Pose26 RTDETRDecoder Segment Segment26 SemanticSegment WorldDetect YOLOEDetect YOLOESegment YOLOESegment26 v10Detect
        ultralytics.nn.modules.transformer: AIFI DeformableTransformerDecoder DeformableTransformerDecoderLayer LayerNorm2d MLP MLPBlock MSDeformAttn TransformerBlock TransformerEncoderLayer TransformerLayer
        ultralytics.nn.tasks: BaseModel ClassificationModel DepthModel DetectionModel OBBModel PoseModel RTDETRDetectionModel SegmentationModel SemanticSegmentationModel WorldModel YOLOEModel YOLOESegModel
        ultralytics.nn.text_model: CLIP MobileCLIP MobileCLIPTS TextModel
        ultralytics.optim.muon: MuSGD
        ultralytics.solutions.ai_gym: AIGym
        ultralytics.solutions.analytics: Analytics
        ultralytics.solutions.distance_calculation: DistanceCalculation
        ultralytics.solutions.heatmap: Heatmap
        ultralytics.solutions.instance_segmentation: InstanceSegmentation
        ultralytics.solutions.object_blurrer: ObjectBlurrer
        ultralytics.solutions.object_counter: ObjectCounter
        ultralytics.solutions.object_cropper: ObjectCropper
        ultralytics.solutions.parking_management: ParkingManagement ParkingPtsSelection
        ultralytics.solutions.queue_management: QueueManager
        ultralytics.solutions.region_counter: RegionCounter
        ultralytics.solutions.security_alarm: SecurityAlarm
        ultralytics.solutions.similarity_search: SearchApp VisualAISearch
        ultralytics.solutions.solutions: BaseSolution SolutionAnnotator
        ultralytics.solutions.speed_estimation: SpeedEstimator
        ultralytics.solutions.streamlit_inference: Inference
        ultralytics.solutions.trackzone: TrackZone
        ultralytics.solutions.vision_eye: VisionEye
        ultralytics.trackers.utils.gmc: GMC
        ultralytics.utils: ThreadingLocked
        ultralytics.utils.benchmarks: ProfileModels
        ultralytics.utils.export.coreml: IOSDetectModel
        ultralytics.utils.export.engine: _NormalizeCoords
        ultralytics.utils.export.imx: FXModel NMSWrapper
        ultralytics.utils.files: WorkingDirectory
        ultralytics.utils.git: GitRepo
        ultralytics.utils.logger: ConsoleLogger SystemLogger
        ultralytics.utils.loss: BCEDiceLoss BboxLoss DFLoss DepthLoss26 FocalLoss KeypointLoss MultiChannelDiceLoss PoseLoss26 RLELoss RotatedBboxLoss SegmentLoss26 SemanticSegmentationLoss VarifocalLoss v8DetectionLoss v8OBBLoss v8PoseLoss v8SegmentationLoss
        ultralytics.utils.metrics: ConfusionMatrix SemanticMetrics
        ultralytics.utils.ops: Profile
        ultralytics.utils.plotting: Annotator Colors
        ultralytics.utils.tal: PoseTaskAlignedAssigner RotatedTaskAlignedAssigner SegTaskAlignedAssigner TaskAlignedAssigner
        ultralytics.utils.triton: TritonRemoteModel
        ultralytics.utils.uploads: _ProgressReader
        """
}
