/// What is known to do harm: modules as a whole, with what is below them, and single functions.
///
/// Sources: the block lists of picklescan 1.0.5 and fickling 0.1.12 with the advisories that they cite, Python's
/// documentation of the modules, and what `torch`, `numpy` and their test helpers execute. A name that
/// `GlobalCatalog.known` has is judged by that first: `uuid.UUID` is harmless, the module is not.
extension GlobalCatalog {
    struct Group: Sendable {
        let reason: String
        let names: String
    }

    static let harmfulModules = [
        Group(
            reason: "runs programs, or acts on the system",
            names: """
                os posix nt subprocess _posixsubprocess _winapi pty commands popen2 multiprocessing concurrent asyncio
                sh plumbum pexpect fabric invoke psutil signal _signal winreg _winreg msvcrt posixpath._os
                _osx_support _aix_support imaplib uuid _pyrepl platform antigravity
                """),
        Group(
            reason: "runs Python code that it is given",
            names: """
                code codeop runpy marshal timeit _timeit cProfile profile _lsprof pdb bdb trace doctest unittest test
                idlelib lib2to3 tkinter turtle turtledemo cgitb pipes py_compile compileall symtable distutils setuptools pkg_resources pip ensurepip venv
                virtualenv site numexpr IPython nbformat sympy jinja2 mako cffi pyximport Cython
                numba.core torch._dynamo torch._inductor torch.package torch.utils.cpp_extension
                torch.utils.bottleneck torch.utils.benchmark torch.testing torch.jit.frontend torch.jit._script torch.fx.experimental
                numpy.f2py numpy.distutils numpy.testing tensorflow.python.platform
                """),
        Group(
            reason: "imports modules by names that it is given",
            names: """
                importlib _frozen_importlib _frozen_importlib_external _imp imp zipimport pkgutil pydoc pydoc_data
                modulefinder ihooks six.moves transformers.dynamic_module_utils
                """),
        Group(
            reason: "reaches into the interpreter",
            names: """
                sys gc inspect operator _operator types _types weakref _weakref atexit threading _thread
                _interpreters _xxsubinterpreters _interpchannels faulthandler tracemalloc _testcapi _testinternalcapi
                contextvars sched copyreg functools.singledispatch __builtin__ __builtins__
                """),
        Group(
            reason: "talks to the network",
            names: """
                socket _socket ssl _ssl http httplib urllib urllib2 urllib3 urlparse requests httpx aiohttp smtplib
                poplib ftplib telnetlib nntplib xmlrpc socketserver wsgiref webbrowser paramiko websocket websockets
                tornado twisted flask fastapi select selectors asyncore asynchat torch.hub torch.utils.model_zoo
                torch.distributed.rpc torch.distributed.elastic torchvision.datasets huggingface_hub gdown wget
                pycurl grpc zmq boto3 botocore ftputil dns
                """),
        Group(
            reason: "calls native code or touches raw memory",
            names: "ctypes _ctypes mmap nturl2path cupy.cuda.compiler pycuda numpy.ctypeslib"),
        Group(
            reason: "loads further pickles",
            names: """
                pickle _pickle cPickle dill cloudpickle joblib.numpy_pickle_utils shelve _compat_pickle
                pickletools jsonpickle hickle klepto yaml ruamel torch._weights_only_unpickler torch.utils.show_pickle
                joblib.externals
                """),
        Group(
            reason: "reads, writes or deletes files",
            names: """
                shutil tempfile filecmp fileinput glob linecache tarfile zipfile dbm sqlite3 _sqlite3 syslog bz2 lzma
                gzip netrc logging.config logging.handlers
                """),
    ]

    static let dangerousFunctions = [
        Group(
            reason: "runs code, opens files or reaches into the interpreter",
            names: """
                builtins: eval exec compile open __import__ __build_class__ __loader__ __spec__ execfile file apply
                builtins: reload input raw_input breakpoint help globals locals vars dir setattr delattr hasattr
                builtins: memoryview exit quit license credits copyright callable super
                """),
        Group(
            reason: "opens files",
            names: """
                io: FileIO open open_code OpenWrapper
                _io: FileIO open open_code
                codecs: open
                _pyio: FileIO open
                logging: FileHandler basicConfig
                numpy: fromfile memmap save savez savetxt loadtxt genfromtxt fromregex
                numpy.core.memmap: memmap
                numpy.lib.format: open_memmap
                numpy.lib.npyio: save savez savetxt loadtxt genfromtxt fromregex DataSource
                pathlib: Path.open Path.write_text Path.write_bytes Path.unlink Path.rmdir Path.touch Path.rename
                pathlib: Path.copy Path.copy_into Path.move Path.move_into Path._delete
                pathlib: Path._copy_from Path._copy_from_file Path._copy_from_symlink Path._copy_from_file_fallback
                torch: save from_file
                torch.serialization: save
                torch.jit: save
                torch.jit._serialization: save
                """),
        Group(
            reason: "loads further pickles",
            names: """
                torch: load
                torch.serialization: load _load _legacy_load
                torch.jit: load
                torch.export: load
                transformers: pipeline
                torch.jit._serialization: load
                torch.compiler: load_cache_artifacts
                srsly: pickle_loads read_pickle
                pandas: read_hdf
                torch.utils._config_module: ConfigModule ConfigModule.load_config
                torch.utils.data.datapipes.utils.decoder: basichandlers Decoder
                torch.distributed.elastic.rendezvous.api: basichandlers
                torch.multiprocessing.reductions: rebuild_tensor
                torch.multiprocessing: _prctl_pr_set_pdeathsig
                numpy: load
                numpy.lib.npyio: load
                numpy.lib._npyio_impl: load
                numpy.lib.format: read_array
                pandas: read_pickle
                pandas.io.pickle: read_pickle
                joblib: load
                joblib.numpy_pickle: load _unpickle
                scipy.io: loadmat
                mmengine.fileio: load
                mmengine.fileio.io: load
                mmengine.runner: load_checkpoint
                mmengine.runner.checkpoint: load_checkpoint _load_checkpoint
                keras.models: load_model
                tensorflow.keras.models: load_model
                """),
        Group(
            reason: "runs code that it is given",
            names: """
                torch: compile
                torch.jit: script CompilationUnit
                torch._C: _jit_script_compile
                torch.library: Library
                torch.jit.unsupported_tensor_ops: execWrapper
                torch.fx.graph_module: _forward_from_src _exec_with_source reduce_graph_module reduce_package_graph_module
                torch.fx.graph_module: _deserialize_graph_module reduce_deploy_graph_module
                torch.utils.collect_env: run run_and_read_all run_and_parse_first_match run_and_return_first_line
                torch.utils._content_store: hash_storage
                torch._library.fake_class_registry: maybe_to_fake_obj
                torch._ops: _OpNamespace _Ops
                torch.ops: load_library
                torch.classes: load_library
                torch.utils.file_baton: FileBaton
                torch.distributed.run: main run
                torch.distributed.launch: main launch
                torch.multiprocessing.spawn: spawn start_processes
                numpy.lib.utils: safe_eval
                mmengine.config.config: Config.fromfile Config._file2dict
                mmcv.utils.config: Config.fromfile Config.fromstring Config._file2dict Config.auto_argparser
                mmengine.config.lazy: LazyObject.build LazyAttr.build
                mmengine.registry: build_from_cfg
                hydra.utils: call get_class get_method get_object instantiate
                mmengine.utils: import_modules_from_strings
                tensorflow.python.framework.load_library: load_op_library load_library
                PIL.ImageMath: eval unsafe_eval lambda_eval
                PIL.ImageShow: show Viewer.show Viewer.show_file Viewer.show_image UnixViewer.show_file
                PIL.ImageShow: DisplayViewer.show_file
                PIL.ImageShow: GmDisplayViewer.show_file EogViewer.show_file XVViewer.show_file XDGViewer.show_file
                PIL.EpsImagePlugin: Ghostscript
                PIL.ImageGrab: grab grabclipboard
                triton.runtime.build: _build compile_module_from_src
                click: edit launch
                click.termui: edit launch
                click._termui_impl: open_url Editor.edit_file Editor.edit
                typer: launch
                typer.main: launch
                six: exec_
                yacs.config: _load_module_from_file CfgNode._load_cfg_py_source
                werkzeug.utils: import_string
                django.utils.module_loading: import_string
                pydantic.v1.utils: import_string
                pydantic._internal._validators: import_string
                pydantic.deprecated.parse: load_file load_str_bytes
                numpy.compat: npy_load_module
                numpy.compat.py3k: npy_load_module
                keras.src.utils.python_utils: func_load
                keras.src.layers.core.lambda_layer: Lambda
                tensorflow.python.keras.utils.generic_utils: func_load
                bokeh.application.handlers.code: CodeHandler
                nltk.internals: java
                nltk.data: load
                paddle: load
                paddle.framework.io: load
                paddle.utils.cpp_extension: load
                fastai.learner: load_learner
                stable_baselines3.common.save_util: json_to_data
                kombu.serialization: pickle_loads
                pandas.core.computation.eval: eval
                pandas: eval
                keras.layers: Lambda
                keras.utils: func_load
                """),
        Group(
            reason: "reaches any attribute or module by name",
            names: """
                sysconfig: _get_sysconfigdata
                functools: reduce
                reprlib: recursive_repr
                _functools: reduce
                typing: get_type_hints ForwardRef _eval_type
                dataclasses: make_dataclass _create_fn
                collections: namedtuple
                enum: _make_class_unpicklable
                string: Formatter Template
                """),
    ]

    /// Modules that others import, so that a path may run through them: `torch.serialization` → `os.system`.
    static let gateways: Set<String> = [
        "os", "posix", "nt", "sys", "subprocess", "builtins", "__builtin__", "__builtins__", "importlib", "shutil",
        "socket", "ctypes", "pickle", "_pickle", "runpy", "marshal", "pty", "pdb", "multiprocessing", "urllib",
        "requests", "tempfile", "zipfile", "tarfile", "inspect", "gc", "_thread", "threading", "webbrowser",
        "_posixsubprocess", "cloudpickle", "dill",
    ]

    /// Attributes of harmless classes and functions that are not harmless themselves.
    static let harmfulAttributes: Set<String> = [
        "system", "popen", "spawn", "fork", "execv", "execve", "run", "call", "check_output", "check_call", "exec",
        "eval", "compile", "open", "load", "loads", "tofile", "dump", "save", "write_text", "write_bytes", "read_text",
        "read_bytes", "unlink", "rmdir", "remove", "removedirs", "rmtree", "rename", "replace", "chmod", "touch",
        "symlink_to", "hardlink_to", "link_to", "mkdir", "f_globals", "f_locals", "f_builtins", "f_back", "gi_frame",
        "gi_code", "cr_frame", "ag_frame", "tb_frame", "func_globals", "func_code", "format", "format_map",
        "fromfile", "from_file", "import_module", "load_module", "exec_module", "load_library",
        // The module os.path, in `pathlib.PurePath` since Python 3.13.
        "parser",
    ]
}
