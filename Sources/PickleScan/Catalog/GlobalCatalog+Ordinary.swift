/// Globals that ordinary files hold and that nobody's table vouches for, each harmless by what it does: it makes a
/// value from its arguments, keeps a state as it is given, and calls nothing that the pickle does not name elsewhere.
extension GlobalCatalog {
    /// The classes of what MMPreTrain's models keep of their metafile. A person has read them for what
    /// `scripts/makers/scan_catalogue/plain.py` looks for in others.
    static let ordinaryInstances = """
        bitsandbytes.autograd._functions: MatmulLtState
        bitsandbytes.functional: QuantState
        bitsandbytes.nn.modules: Embedding Embedding4bit Embedding8bit EmbeddingFP4 EmbeddingNF4 Int8Params Linear4bit
        bitsandbytes.nn.modules: Linear8bitLt LinearFP4 LinearNF4 Params4bit StableEmbedding
        bitsandbytes.optim.adagrad: Adagrad Adagrad32bit Adagrad8bit
        bitsandbytes.optim.adam: Adam Adam32bit Adam8bit PagedAdam PagedAdam32bit PagedAdam8bit
        bitsandbytes.optim.adamw: AdamW AdamW32bit AdamW8bit PagedAdamW PagedAdamW32bit PagedAdamW8bit
        bitsandbytes.optim.ademamix: AdEMAMix AdEMAMix32bit AdEMAMix8bit PagedAdEMAMix PagedAdEMAMix32bit
        bitsandbytes.optim.ademamix: PagedAdEMAMix8bit
        bitsandbytes.optim.lamb: LAMB LAMB32bit LAMB8bit
        bitsandbytes.optim.lars: LARS LARS32bit LARS8bit PytorchLARS
        bitsandbytes.optim.lion: Lion Lion32bit Lion8bit PagedLion PagedLion32bit PagedLion8bit
        bitsandbytes.optim.rmsprop: RMSprop RMSprop32bit RMSprop8bit
        bitsandbytes.optim.sgd: SGD SGD32bit SGD8bit
        gymnasium.spaces.box: Box
        gymnasium.spaces.dict: Dict
        gymnasium.spaces.discrete: Discrete
        gymnasium.spaces.multi_binary: MultiBinary
        gymnasium.spaces.multi_discrete: MultiDiscrete
        lightgbm.sklearn: LGBMClassifier LGBMModel LGBMRanker LGBMRegressor
        modelindex.models.Collection: Collection
        modelindex.models.Metadata: Metadata
        modelindex.models.Model: Model
        modelindex.models.Result: Result
        modelindex.models.ResultList: ResultList
        stable_baselines3.common.buffers: DictReplayBuffer DictRolloutBuffer ReplayBuffer RolloutBuffer
        stable_baselines3.common.policies: ActorCriticCnnPolicy ActorCriticPolicy MultiInputActorCriticPolicy
        stable_baselines3.common.utils: ConstantSchedule FloatSchedule LinearSchedule
        torch.ao.nn.intrinsic.quantized.modules.conv_add: ConvAdd2d ConvAddReLU2d
        torch.ao.nn.intrinsic.quantized.modules.conv_relu: ConvReLU1d ConvReLU2d ConvReLU3d
        torch.ao.nn.quantized.dynamic.modules.conv: Conv1d Conv2d Conv3d
        torch.ao.nn.quantized.dynamic.modules.conv: ConvTranspose1d ConvTranspose2d ConvTranspose3d
        torch.ao.nn.quantized.modules.conv: Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d
        torch.ao.nn.quantized.modules.functional_modules: FloatFunctional QFunctional
        torch.ao.quantization.observer: FixedQParamsObserver HistogramObserver MinMaxObserver MovingAverageMinMaxObserver
        torch.ao.quantization.observer: MovingAveragePerChannelMinMaxObserver NoopObserver PerChannelMinMaxObserver
        torch.ao.quantization.observer: PlaceholderObserver RecordingObserver ReuseInputObserver
        torch.ao.quantization.qconfig: QConfig QConfigDynamic
        torch.nn.intrinsic.quantized.modules.conv_relu: ConvReLU1d ConvReLU2d ConvReLU3d
        torch.nn.quantized.modules.conv: Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d
        torch.nn.quantized.modules.functional_modules: FloatFunctional QFunctional
        torch.distributed._shard.sharded_tensor.api: ShardedTensor
        torch.utils.data.dataset: TensorDataset
        xgboost.sklearn: XGBClassifier XGBModel XGBRFClassifier XGBRFRegressor XGBRanker XGBRegressor
        """

    /// Functions that compute, and classes of which instances are plain and constructors are not. Picklers write them as
    /// values; none calls them. Those that write in place or call what they are given with arguments that another value
    /// chooses are not here: an instance of `map` calls whatever `list` takes it apart for.
    static let ordinaryValues = """
        builtins: abs all any ascii bin chr divmod enumerate hash hex id isinstance issubclass iter len max
        builtins: min next oct ord pow repr reversed round sorted sum zip
        _operator: abs add and_ concat contains eq floordiv ge gt index inv invert is_ is_not le lshift lt matmul mod mul
        _operator: ne neg not_ or_ pos pow rshift sub truediv truth xor
        operator: abs add and_ concat contains eq floordiv ge gt index inv invert is_ is_not le lshift lt matmul mod mul
        operator: ne neg not_ or_ pos pow rshift sub truediv truth xor
        numpy: abs absolute add arccos arcsin arctan arctan2 argmax argmin argsort ceil clip concatenate cos cosh cumsum
        numpy: deg2rad divide dot exp exp2 expm1 fabs float_power floor fmax fmin log log10 log1p log2 logaddexp max maximum
        numpy: mean median min minimum mod multiply nan_to_num nanmean negative power prod rad2deg rint round sign sin sinh
        numpy: sqrt square stack std subtract sum tan tanh true_divide trunc var
        numpy.core._multiarray_umath: absolute add divide exp expm1 log log10 log1p log2 maximum minimum multiply
        numpy.core._multiarray_umath: negative power sqrt square subtract
        torch.nn.functional: adaptive_avg_pool2d avg_pool2d binary_cross_entropy binary_cross_entropy_with_logits
        torch.nn.functional: cosine_similarity cross_entropy dropout huber_loss interpolate kl_div l1_loss layer_norm
        torch.nn.functional: max_pool2d mse_loss nll_loss normalize pairwise_distance smooth_l1_loss
        torch.nn.init: constant_ dirac_ eye_ kaiming_normal_ kaiming_uniform_ normal_ ones_ orthogonal_ sparse_
        torch.nn.init: trunc_normal_ uniform_ xavier_normal_ xavier_uniform_ zeros_
        bitsandbytes.nn.modules: maybe_rearrange_weight
        torch._C._nn: linear one_hot pad scaled_dot_product_attention
        lightning.pytorch.callbacks.model_checkpoint: ModelCheckpoint
        pytorch_lightning.callbacks.model_checkpoint: ModelCheckpoint
        omegaconf.dictconfig: DictConfig
        omegaconf.listconfig: ListConfig
        """

    static let ordinary = """
        builtins: bool bytes dict float frozenset int list object range slice str tuple Ellipsis NotImplemented
        builtins: ArithmeticError AssertionError AttributeError EOFError Exception FileNotFoundError ImportError
        builtins: IndexError KeyError KeyboardInterrupt LookupError MemoryError NameError NotImplementedError OSError
        builtins: OverflowError RuntimeError StopIteration SyntaxError SystemExit TimeoutError TypeError
        builtins: UnicodeError UserWarning ValueError Warning ZeroDivisionError
        collections: ChainMap UserDict UserList UserString defaultdict deque
        copyreg: _reconstructor __newobj__ __newobj_ex__
        array: _array_reconstructor array
        base64: b64decode b64encode decodebytes
        binascii: a2b_base64 a2b_hex unhexlify
        argparse: Namespace
        types: NoneType SimpleNamespace UnionType
        typing: Any Callable ClassVar Dict FrozenSet Generic Iterable List Literal Mapping Optional Sequence Set Tuple
        typing: Type Union
        detectron2.config.config: CfgNode
        fvcore.common.config: CfgNode
        fairseq.logging.meters: AverageMeter StopwatchMeter TimeMeter
        fairseq.meters: AverageMeter StopwatchMeter TimeMeter
        torch.amp.grad_scaler: GradScaler OptState _refresh_per_optimizer_state
        torch.cuda.amp.grad_scaler: GradScaler OptState _refresh_per_optimizer_state
        ultralytics.utils: IterableSimpleNamespace
        deepspeed.runtime.fp16.loss_scaler: DynamicLossScaler LossScaler LossScalerBase
        deepspeed.runtime.zero.config: ZeroStageEnum
        deepspeed.utils.tensor_fragment: fragment_address tensor_fragment
        torch_npu.utils.storage: _rebuild_npu_tensor
        datetime: date datetime time timedelta timezone
        decimal: Decimal
        fractions: Fraction
        logging: getLogger
        joblib.numpy_pickle: NumpyArrayWrapper
        pathlib: Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath
        pathlib._local: Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath
        random: Random
        re: _compile
        uuid: SafeUUID UUID
        ordered_set: OrderedSet
        torch._C._nn: elu gelu glu hardsigmoid hardswish hardtanh leaky_relu log_sigmoid relu6 silu softplus softshrink
        torchvision.ops.boxes: box_iou generalized_box_iou nms
        mmpretrain.models.losses.cross_entropy_loss: binary_cross_entropy cross_entropy soft_cross_entropy
        mmpretrain.models.losses.focal_loss: sigmoid_focal_loss
        mmpretrain.models.losses.asymmetric_loss: asymmetric_loss
        http: HTTPStatus
        inspect: _empty
        ipaddress: IPv4Address IPv4Interface IPv4Network IPv6Address IPv6Interface IPv6Network
        os: stat_result
        time: struct_time
        zoneinfo: ZoneInfo ZoneInfo._unpickle
        ml_dtypes: bfloat16 float4_e2m1fn float6_e2m3fn float6_e3m2fn float8_e3m4 float8_e4m3 float8_e4m3b11fnuz
        ml_dtypes: float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu int2 int4 uint2 uint4
        numpy: bool8 bool_ complex_ cdouble csingle double dtype float_ half int_ intc intp matrix ndarray recarray
        numpy: iinfo poly1d record short single string_ ubyte uint uintc uintp unicode_ ushort byte long ulong longlong longfloat
        numpy.core.multiarray: _reconstruct scalar
        numpy._core.multiarray: _reconstruct scalar
        numpy.core.numeric: _frombuffer
        numpy._core.numeric: _frombuffer
        numpy.core._internal: _reconstruct
        numpy._core._internal: _convert_to_stringdtype_kwargs
        numpy.ma: MaskedArray
        numpy.ma.core: MaskedArray MaskedConstant _mareconstruct
        numpy.polynomial.chebyshev: Chebyshev
        numpy.polynomial.hermite: Hermite
        numpy.polynomial.laguerre: Laguerre
        numpy.polynomial.legendre: Legendre
        numpy.polynomial.polynomial: Polynomial
        numpy.matrixlib.defmatrix: matrix
        numpy.rec: recarray record
        numpy.random._pickle: __bit_generator_ctor __generator_ctor __randomstate_ctor
        numpy.random._mt19937: MT19937
        numpy.random._pcg64: PCG64 PCG64DXSM
        numpy.random._philox: Philox
        numpy.random._sfc64: SFC64
        numpy.random.bit_generator: SeedSequence __pyx_unpickle_SeedSequence
        scipy.sparse._csr: csr_array csr_matrix
        scipy.sparse._csc: csc_array csc_matrix
        scipy.sparse._coo: coo_array coo_matrix
        scipy.sparse._dia: dia_array dia_matrix
        sklearn.linear_model._sgd_fast: EpsilonInsensitive Hinge ModifiedHuber SquaredEpsilonInsensitive SquaredHinge
        sklearn._loss._loss: CyAbsoluteError CyExponentialLoss CyHalfBinomialLoss CyHalfGammaLoss CyHalfMultinomialLoss
        sklearn._loss._loss: CyHalfPoissonLoss CyHalfSquaredError CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHuberLoss
        sklearn._loss._loss: CyPinballLoss
        torch: Generator dtype layout memory_format qscheme
        torch._C: Generator _VariableFunctionsClass
        torch._dynamo.decorators: _DimRange
        torch._utils: _rebuild_nested_tensor _rebuild_xla_tensor
        torch.masked.maskedtensor.core: MaskedTensor
        torch.nested._internal.nested_tensor: NestedTensor _rebuild_njt
        torch.nn.functional: celu elu gelu glu hardsigmoid hardswish hardtanh leaky_relu log_softmax mish prelu relu
        torch.nn.functional: relu6 selu sigmoid silu softmax softplus softsign tanh
        torch.nn.modules.module: _WrappedHook
        torch.nn.parameter: Buffer UninitializedBuffer UninitializedParameter
        torch.nn.utils.prune: CustomFromMask Identity L1Unstructured LnStructured PruningContainer RandomStructured
        torch.nn.utils.prune: RandomUnstructured
        torch.nn.utils.spectral_norm: SpectralNorm SpectralNormLoadStateDictPreHook SpectralNormStateDictHook
        torch.nn.utils.weight_norm: WeightNorm
        torch.nn.parallel.data_parallel: DataParallel
        torch.nn.parallel.distributed: DistributedDataParallel
        torch.optim.lr_scheduler: CyclicLR._exp_range_scale_fn CyclicLR._triangular2_scale_fn
        torch.optim.lr_scheduler: CyclicLR._triangular_scale_fn
        torch.optim.swa_utils: AveragedModel SWALR._cosine_anneal SWALR._linear_anneal
        torch.torch_version: TorchVersion
        torch.jit._pickle: build_boollist build_doublelist build_intlist build_tensor_from_id build_tensorlist
        torch.jit._pickle: restore_type_tag
        torch.distributed._shard.metadata: ShardMetadata
        torch.distributed._shard.sharded_tensor.api: ShardedTensor.ProcessGroupState
        torch.distributed._tensor.api: DTensor
        torch.distributed.device_mesh: DeviceMesh
        torch.distributed.tensor: DTensor
        torch.distributed.tensor._api: DTensor
        torch.distributed.tensor._dtensor_spec: DTensorSpec TensorMeta
        torch.distributed.tensor.placement_types: Partial Replicate Shard
        torch.distributed.fsdp._fully_shard._fsdp_common: FSDPMeshInfo
        mmengine.config.config: Config ConfigDict
        mmengine.logging.history_buffer: HistoryBuffer
        mmengine.structures.base_data_element: BaseDataElement
        mmengine.structures.instance_data: InstanceData
        mmengine.structures.label_data: LabelData
        mmengine.structures.pixel_data: PixelData
        mmpretrain.structures.data_sample: DataSample
        mmcv.utils.config: Config ConfigDict
        addict.addict: Dict
        addict.dict: Dict
        easydict: EasyDict
        yacs.config: CfgNode
        omegaconf.base: ContainerMetadata Metadata SCMode
        omegaconf.nodes: AnyNode BooleanNode BytesNode EnumNode FloatNode IntegerNode PathNode StringNode
        pytorch_lightning.callbacks.early_stopping: EarlyStopping
        pytorch_lightning.utilities.parsing: AttributeDict
        lightning.fabric.utilities.data: AttributeDict
        lightning.pytorch.callbacks.early_stopping: EarlyStopping
        lightning_fabric.utilities.data: AttributeDict
        """
}
