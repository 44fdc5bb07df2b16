import Engine
import ModelGraph
import TensorCore
import TestSupport
import Testing
import Verification

@testable import ProgramImport

/// Programs of a few kinds of calls each, as `make_call_programs.py` wrote them, against what PyTorch computed.
@Suite struct CallProgramTests {
    @Test("there are programs of recurrent layers, of convolutions of every kind, and of rankings")
    func kinds() throws {
        let targets = try ProgramFact.calls().flatMap { try $0.program()?.targets ?? [] }
        let names = [
            "lstm.input", "gru.input", "rnn_tanh.input", "conv_transpose2d.input", "conv3d.default", "col2im.default",
            "topk.default", "sort.default", "_upsample_bicubic2d_aa.vec", "cumsum.default",
            "where.self", "grid_sampler.default", "fft_irfft2.default", "index_put.default",
            "lstm_cell.default", "_weight_norm.default", "bilinear.default", "avg_pool3d.default", "scatter.src",
            "cummax.default", "median.dim", "fft_fft2.default", "conv_transpose3d.input", "max_unpool2d.default",
        ]
        #expect(Set(targets).isSuperset(of: names.map { "torch.ops.aten." + $0 }))
        #expect(targets.contains("torch.ops.torchvision.deform_conv2d.default"))
        #expect(targets.contains("torch.ops.higher_order.cond"))
    }

    @Test("oracle and plan compute PyTorch's output within the noise floor", arguments: try ProgramFact.calls())
    func output(fact: ProgramFact) throws {
        for form in ["pt2", "dec.pt2"] {
            guard let program = try fact.program(form) else { continue }
            let (graph, golden) = (try program.graph(), fact.golden)
            #expect(graph.shape(of: graph.output) == fact.outputShape)
            let report = try Verifier(
                golden.part("", of: graph), parameters: ProgramWeights(program), golden: golden
            ).run()
            #expect(report.passed, "\(form): \(report.findings)")
        }
    }
}
