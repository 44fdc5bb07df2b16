// Written by scripts/makers/make_known_globals.py from PyTorch 2.15.0 and NumPy 2.4.6; not to be edited by hand.

/// Globals that real libraries vouch for: a line is a module and the names in it.
extension GlobalCatalog {
    /// What `torch.load(weights_only=True)` allows.
    static let weightsOnly = """
        _codecs: encode
        builtins: bytearray complex set
        collections: Counter OrderedDict
        torch: BFloat16Storage BFloat16Tensor BoolStorage BoolTensor ByteStorage ByteTensor CharStorage CharTensor
        torch: ComplexDoubleStorage ComplexFloatStorage DoubleStorage DoubleTensor FloatStorage FloatTensor
        torch: HalfStorage HalfTensor IntStorage IntTensor LongStorage LongTensor QInt32Storage QInt8Storage
        torch: QUInt2x4Storage QUInt4x2Storage QUInt8Storage ShortStorage ShortTensor Size Tensor bcomplex32
        torch: bfloat16 bits16 bits1x8 bits2x4 bits4x2 bits8 bool complex128 complex32 complex64 device float16
        torch: float32 float4_e2m1fn_x2 float64 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz
        torch: float8_e8m0fnu int1 int16 int2 int3 int32 int4 int5 int6 int64 int7 int8 per_channel_affine
        torch: per_channel_affine_float_qparams per_channel_symmetric per_tensor_affine per_tensor_symmetric qint32
        torch: qint8 quint2x4 quint4x2 quint8 uint1 uint16 uint2 uint3 uint32 uint4 uint5 uint6 uint64 uint7 uint8
        torch._tensor: _rebuild_from_type_v2
        torch._utils: _rebuild_device_tensor_from_cpu_tensor _rebuild_device_tensor_from_numpy
        torch._utils: _rebuild_meta_tensor_no_storage _rebuild_parameter _rebuild_parameter_with_state
        torch._utils: _rebuild_qtensor _rebuild_sparse_tensor _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3
        torch._utils: _rebuild_wrapper_subclass
        torch.cuda: BFloat16Storage BFloat16Tensor BoolStorage BoolTensor ByteStorage ByteTensor CharStorage
        torch.cuda: CharTensor ComplexDoubleStorage ComplexFloatStorage DoubleStorage DoubleTensor FloatStorage
        torch.cuda: FloatTensor HalfStorage HalfTensor IntStorage IntTensor LongStorage LongTensor ShortStorage
        torch.cuda: ShortTensor
        torch.cuda.sparse: BFloat16Tensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor
        torch.cuda.sparse: LongTensor ShortTensor
        torch.nn.parameter: Parameter
        torch.serialization: _get_layout
        torch.sparse: BFloat16Tensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor
        torch.sparse: ShortTensor
        torch.storage: TypedStorage UntypedStorage
        """

    /// Layers, optimizers and schedulers.
    static let torchClasses = """
        torch.nn.modules.activation: CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU
        torch.nn.modules.activation: LogSigmoid LogSoftmax Mish MultiheadAttention PReLU RReLU ReLU ReLU6 SELU SiLU
        torch.nn.modules.activation: Sigmoid Softmax Softmax2d Softmin Softplus Softshrink Softsign Tanh Tanhshrink
        torch.nn.modules.activation: Threshold
        torch.nn.modules.adaptive: AdaptiveLogSoftmaxWithLoss
        torch.nn.modules.batchnorm: BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d
        torch.nn.modules.batchnorm: LazyBatchNorm3d SyncBatchNorm _BatchNorm _LazyNormBase _NormBase
        torch.nn.modules.channelshuffle: ChannelShuffle
        torch.nn.modules.container: Container ModuleDict ModuleList ParameterDict ParameterList Sequential
        torch.nn.modules.conv: Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d LazyConv1d
        torch.nn.modules.conv: LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d
        torch.nn.modules.conv: _ConvNd _ConvTransposeMixin _ConvTransposeNd
        torch.nn.modules.distance: CosineSimilarity PairwiseDistance
        torch.nn.modules.dropout: AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout _DropoutNd
        torch.nn.modules.flatten: Flatten Unflatten
        torch.nn.modules.fold: Fold Unfold
        torch.nn.modules.instancenorm: InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyInstanceNorm1d
        torch.nn.modules.instancenorm: LazyInstanceNorm2d LazyInstanceNorm3d _InstanceNorm
        torch.nn.modules.linear: Bilinear Identity LazyLinear Linear NonDynamicallyQuantizableLinear
        torch.nn.modules.loss: BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss
        torch.nn.modules.loss: GaussianNLLLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss
        torch.nn.modules.loss: MSELoss MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss
        torch.nn.modules.loss: MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss SmoothL1Loss SoftMarginLoss
        torch.nn.modules.loss: TripletMarginLoss TripletMarginWithDistanceLoss _Loss _WeightedLoss
        torch.nn.modules.module: Module
        torch.nn.modules.normalization: CrossMapLRN2d GroupNorm LayerNorm LocalResponseNorm RMSNorm
        torch.nn.modules.padding: CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d
        torch.nn.modules.padding: ConstantPad3d ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d
        torch.nn.modules.padding: ReplicationPad2d ReplicationPad3d ZeroPad1d ZeroPad2d ZeroPad3d _CircularPadNd
        torch.nn.modules.padding: _ConstantPadNd _ReflectionPadNd _ReplicationPadNd
        torch.nn.modules.pixelshuffle: PixelShuffle PixelUnshuffle
        torch.nn.modules.pooling: AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d
        torch.nn.modules.pooling: AdaptiveMaxPool2d AdaptiveMaxPool3d AvgPool1d AvgPool2d AvgPool3d
        torch.nn.modules.pooling: FractionalMaxPool2d FractionalMaxPool3d LPPool1d LPPool2d LPPool3d MaxPool1d
        torch.nn.modules.pooling: MaxPool2d MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d _AdaptiveAvgPoolNd
        torch.nn.modules.pooling: _AdaptiveMaxPoolNd _AvgPoolNd _LPPoolNd _MaxPoolNd _MaxUnpoolNd
        torch.nn.modules.rnn: GRU GRUCell LSTM LSTMCell RNN RNNBase RNNCell RNNCellBase
        torch.nn.modules.sparse: Embedding EmbeddingBag
        torch.nn.modules.transformer: Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder
        torch.nn.modules.transformer: TransformerEncoderLayer
        torch.nn.modules.upsampling: Upsample UpsamplingBilinear2d UpsamplingNearest2d
        torch.optim: Adafactor Muon
        torch.optim.adadelta: Adadelta
        torch.optim.adagrad: Adagrad
        torch.optim.adam: Adam
        torch.optim.adamax: Adamax
        torch.optim.adamw: AdamW
        torch.optim.asgd: ASGD
        torch.optim.lbfgs: LBFGS
        torch.optim.lr_scheduler: ChainedScheduler ConstantLR CosineAnnealingLR CosineAnnealingWarmRestarts
        torch.optim.lr_scheduler: CyclicLR ExponentialLR LRScheduler LambdaLR LinearLR MultiStepLR MultiplicativeLR
        torch.optim.lr_scheduler: OneCycleLR PolynomialLR ReduceLROnPlateau SequentialLR StepLR _LRScheduler
        torch.optim.nadam: NAdam
        torch.optim.optimizer: Optimizer
        torch.optim.radam: RAdam
        torch.optim.rmsprop: RMSprop
        torch.optim.rprop: Rprop
        torch.optim.sgd: SGD
        torch.optim.sparse_adam: SparseAdam
        """

    /// Scalar types and dtype classes.
    static let numpyTypes = """
        numpy: bool bytes_ clongdouble complex128 complex64 datetime64 float16 float32 float64 int16 int32 int64
        numpy: int8 longdouble longlong object_ str_ timedelta64 uint16 uint32 uint64 uint8 ulonglong void
        numpy.dtypes: BoolDType ByteDType BytesDType CLongDoubleDType Complex128DType Complex64DType
        numpy.dtypes: DateTime64DType Float16DType Float32DType Float64DType Int16DType Int32DType Int64DType
        numpy.dtypes: Int8DType IntDType LongDType LongDoubleDType LongLongDType ObjectDType ShortDType StrDType
        numpy.dtypes: StringDType TimeDelta64DType UByteDType UInt16DType UInt32DType UInt64DType UInt8DType
        numpy.dtypes: UIntDType ULongDType ULongLongDType UShortDType VoidDType
        """
}
