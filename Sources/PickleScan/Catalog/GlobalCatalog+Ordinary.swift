/// Globals that ordinary files hold and that nobody's table vouches for, each harmless by what it does: it makes a
/// value from its arguments, keeps a state as it is given, and calls nothing that the pickle does not name elsewhere.
extension GlobalCatalog {
    /// The classes of what MMPreTrain's models keep of their metafile. A person has read them for what
    /// `scripts/makers/scan_catalogue/plain.py` looks for in others.
    static let ordinaryInstances = """
        modelindex.models.Collection: Collection
        modelindex.models.Metadata: Metadata
        modelindex.models.Model: Model
        modelindex.models.Result: Result
        modelindex.models.ResultList: ResultList
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
        types: SimpleNamespace
        typing: Any Callable ClassVar Dict FrozenSet Generic Iterable List Literal Mapping Optional Sequence Set Tuple
        typing: Type Union
        detectron2.config.config: CfgNode
        fvcore.common.config: CfgNode
        fairseq.logging.meters: AverageMeter StopwatchMeter TimeMeter
        fairseq.meters: AverageMeter StopwatchMeter TimeMeter
        torch.amp.grad_scaler: GradScaler OptState
        torch.cuda.amp.grad_scaler: GradScaler OptState
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
        ipaddress: IPv4Address IPv6Address
        os: stat_result
        time: struct_time
        zoneinfo: ZoneInfo ZoneInfo._unpickle
        numpy: bool8 bool_ complex_ cdouble csingle double dtype float_ half int_ intc intp matrix ndarray recarray
        numpy: record short single string_ ubyte uint uintc uintp unicode_ ushort byte long ulong longlong longfloat
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
        torch: Generator dtype layout memory_format qscheme
        torch._C: Generator
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
        torch.optim.swa_utils: AveragedModel
        torch.torch_version: TorchVersion
        torch.jit._pickle: build_boollist build_doublelist build_intlist build_tensor_from_id build_tensorlist
        torch.jit._pickle: restore_type_tag
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
        omegaconf.dictconfig: DictConfig
        omegaconf.listconfig: ListConfig
        omegaconf.nodes: AnyNode BooleanNode BytesNode EnumNode FloatNode IntegerNode PathNode StringNode
        pytorch_lightning.callbacks.early_stopping: EarlyStopping
        pytorch_lightning.callbacks.model_checkpoint: ModelCheckpoint
        pytorch_lightning.utilities.parsing: AttributeDict
        lightning.fabric.utilities.data: AttributeDict
        lightning.pytorch.callbacks.early_stopping: EarlyStopping
        lightning.pytorch.callbacks.model_checkpoint: ModelCheckpoint
        lightning_fabric.utilities.data: AttributeDict
        """
}
