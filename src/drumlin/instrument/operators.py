"""The ONNX operators that instruments may use: arithmetic, layers, spectra and rearranging.

Left out on purpose: everything with a graph inside (If, Loop, Scan, SequenceMap), random numbers (a note brings its
seed), text, sequences and optionals, outputs whose size depends on values (NonZero, Unique, Compress), and
training operators.
"""

_ARITHMETIC = """
    Abs Acos Acosh Add And Asin Asinh Atan Atanh BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Cast CastLike
    Ceil Clip Cos Cosh CumSum Div Equal Erf Exp Floor Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Log Max Mean
    Min Mod Mul Neg Not Or Pow Reciprocal Round Sign Sin Sinh Sqrt Sub Sum Tan Tanh Where Xor
"""
_LAYERS = """
    AveragePool BatchNormalization Celu Conv ConvTranspose Einsum Elu GRU Gelu Gemm GlobalAveragePool GlobalMaxPool
    GroupNormalization HardSigmoid HardSwish Hardmax InstanceNormalization LSTM LayerNormalization LeakyRelu
    LogSoftmax LpNormalization MatMul MaxPool Mish PRelu RMSNormalization RNN Relu Selu Sigmoid Softmax Softplus
    Softsign Swish ThresholdedRelu
"""
_REDUCTIONS = """
    ArgMax ArgMin ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
    ReduceSumSquare
"""
_SPECTRA = "BlackmanWindow DFT HammingWindow HannWindow MelWeightMatrix STFT"
_QUANTISED = "DequantizeLinear DynamicQuantizeLinear MatMulInteger QLinearMatMul QuantizeLinear"
_REARRANGING = """
    Concat Constant ConstantOfShape DepthToSpace Expand EyeLike Flatten Gather GatherElements GatherND GridSample
    Identity OneHot Pad Range Reshape Resize ReverseSequence ScatterElements ScatterND Shape Size Slice SpaceToDepth
    Split Squeeze Tile TopK Transpose Trilu Unsqueeze
"""

ALLOWED = frozenset(" ".join((_ARITHMETIC, _LAYERS, _REDUCTIONS, _SPECTRA, _QUANTISED, _REARRANGING)).split())
"""Every operator that a graph of an instrument may use, of the `ai.onnx` domain."""

SIZE_INPUTS: dict[str, tuple[int, ...]] = {
    "BlackmanWindow": (0,),
    "ConstantOfShape": (0,),
    "DFT": (1,),
    "Expand": (1,),
    "HammingWindow": (0,),
    "HannWindow": (0,),
    "MelWeightMatrix": (0, 1),
    "OneHot": (1,),
    "Pad": (1,),
    "Range": (0, 1, 2),
    "Reshape": (1,),
    "Resize": (1, 2, 3),
    "STFT": (1, 3),
    "Slice": (1, 2, 3, 4),
    "Split": (1,),
    "Tile": (1,),
    "TopK": (1,),
}
"""Inputs that decide the size of an operator's output: they may not depend on the values fed in."""
