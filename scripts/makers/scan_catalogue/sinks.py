"""The axioms of the catalogue: what Python's built-in and native functions do. Everything else is derived from source.

Each kind has a letter, the words that the scanner prints, and names, separated by white space. A name with an
argument rule, `name(keyword)`, counts only where that keyword is given and is not the constant False or None;
`name(!keyword)` counts unless the keyword is the constant True.

Sources: the documentation of Python 3.13's library reference, of ctypes, cffi, PyTorch, NumPy and PyYAML.
"""
import dataclasses

KINDS = {
    "p": "runs a program",
    "x": "runs code that it is given",
    "i": "imports a module that it is told",
    "u": "loads a pickle",
    "c": "calls native code",
    "n": "talks to the network",
    "w": "writes or deletes files",
    "t": "reaches into the interpreter",
}

NAMES = {
    "p": """
        os.system os.popen os.execl os.execle os.execlp os.execlpe os.execv os.execve os.execvp os.execvpe os.spawnl
        os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe os.posix_spawn os.posix_spawnp
        os.startfile os.kill os.killpg posix.system posix.execv posix.execve posix.posix_spawn posix.posix_spawnp
        posix.fork_exec nt.system nt.spawnv nt.execv nt.startfile _posixsubprocess.fork_exec _winapi.CreateProcess
        subprocess.Popen subprocess.run subprocess.call subprocess.check_call subprocess.check_output
        subprocess.getoutput subprocess.getstatusoutput pty.spawn asyncio.create_subprocess_exec
        asyncio.create_subprocess_shell
        """,
    "x": """
        builtins.exec builtins.eval builtins.compile builtins.__build_class__ types.FunctionType types.CodeType
        types.LambdaType code.InteractiveInterpreter.runcode runpy.run_path runpy.run_module marshal.loads
        marshal.load torch._C.CompilationUnit torch._C._jit_compile numba.jit
        """,
    "i": """
        builtins.__import__ importlib.import_module importlib.__import__ importlib.reload _imp.create_dynamic
        _imp.load_dynamic imp.load_module imp.load_source imp.load_dynamic imp.load_compiled imp.load_package
        importlib.util.module_from_spec importlib.util.spec_from_file_location zipimport.zipimporter
        pkgutil.resolve_name pydoc.locate
        """,
    "u": """
        pickle.load pickle.loads pickle.Unpickler pickle._Unpickler pickle._load pickle._loads _pickle.load
        _pickle.loads _pickle.Unpickler cPickle.load cPickle.loads shelve.open torch.load(!weights_only)
        torch._C._import_ir_module torch._C.import_ir_module torch._C.import_ir_module_from_buffer
        numpy.load(allow_pickle) yaml.unsafe_load yaml.full_load yaml.unsafe_load_all yaml.full_load_all yaml.load
        yaml.load_all _multiprocessing.Connection.recv
        """,
    "c": """
        ctypes.CDLL ctypes.PyDLL ctypes.WinDLL ctypes.OleDLL ctypes.LibraryLoader.LoadLibrary ctypes.cdll.LoadLibrary
        ctypes.pydll.LoadLibrary ctypes.windll.LoadLibrary ctypes.memmove ctypes.memset ctypes.string_at
        ctypes.wstring_at ctypes.CFUNCTYPE ctypes.PYFUNCTYPE _ctypes.dlopen _ctypes.CFuncPtr _ctypes.call_function
        cffi.FFI.dlopen numpy.ctypeslib.load_library torch.ops.load_library torch.classes.load_library mmap.mmap
        """,
    "n": """
        socket.create_connection socket.create_server socket.socket.connect socket.socket.bind socket.getaddrinfo
        _socket.socket.connect urllib.request.urlopen urllib.request.urlretrieve urllib2.urlopen urllib.urlopen
        http.client.HTTPConnection http.client.HTTPSConnection webbrowser.open requests.get requests.post
        requests.request requests.put requests.delete requests.Session.request requests.Session.get
        requests.Session.post asyncio.open_connection asyncio.start_server
        """,
    "w": """
        os.remove os.unlink os.rename os.replace os.renames os.rmdir os.removedirs os.mkdir os.makedirs os.chmod
        os.chown os.lchown os.link os.symlink os.truncate os.ftruncate os.mkfifo os.mknod posix.remove posix.unlink
        posix.rename posix.rmdir posix.mkdir posix.chmod nt.remove nt.unlink shutil.rmtree shutil.move shutil.copy
        shutil.copy2 shutil.copyfile shutil.copytree shutil.copymode shutil.unpack_archive shutil.make_archive
        pathlib.Path.write_text pathlib.Path.write_bytes pathlib.Path.unlink pathlib.Path.rmdir pathlib.Path.rename
        pathlib.Path.replace pathlib.Path.touch pathlib.Path.mkdir pathlib.Path.chmod pathlib.Path.symlink_to
        pathlib.Path.hardlink_to pathlib.Path.copy pathlib.Path.copy_into pathlib.Path.move pathlib.Path.move_into
        sqlite3.connect _sqlite3.connect _gdbm.open _dbm.open dbm.open dbm.dumb.open
        dbm.ndbm.open dbm.gnu.open dbm.sqlite3.open lmdb.open duckdb.connect tarfile.TarFile.extractall
        tarfile.TarFile.extract zipfile.ZipFile.extractall zipfile.ZipFile.extract torch._C.PyTorchFileWriter
        numpy.memmap numpy.save numpy.savez numpy.savetxt torch.save
        """,
    "t": """
        sys.settrace sys.setprofile sys.addaudithook sys.setrecursionlimit gc.get_objects gc.get_referrers
        builtins.breakpoint signal.signal atexit.register os.putenv os.setuid os.setgid os._exit os.abort
        faulthandler.dump_traceback_later
        """,
}

# Whose first argument must come from outside, and which write only in some modes.
OPENS = {"builtins.open", "io.open", "_io.open", "io.FileIO", "_io.FileIO", "codecs.open", "os.fdopen", "tokenize.open",
         "gzip.open", "gzip.GzipFile", "bz2.open", "bz2.BZ2File", "lzma.open", "lzma.LZMAFile", "tarfile.open",
         "tarfile.TarFile", "zipfile.ZipFile", "h5py.File", "fsspec.open", "pathlib.Path.open", "os.open", "posix.open"}

# What only looks like one: `ast.parse` compiles to a tree that nothing runs, `dataclass` to methods of names that are
# checked. What compiles, without running it, makes its callers no worse.
HARMLESS = {"ast.parse", "re._compile", "re.compile", "warnings.warn", "dataclasses.dataclass", "collections.namedtuple",
            "builtins.compile", "functools.singledispatch", "functools.wraps", "typing.cast", "inspect.signature",
            "inspect.getfullargspec", "inspect.getsource", "inspect.getsourcelines", "inspect.unwrap"}

# Methods whose name says enough, whatever the receiver is.
METHODS = {
    "exec_module": "i", "load_module": "i", "import_module": "i", "load_library": "c", "runcode": "x", "runsource": "x",
    "check_output": "p", "check_call": "p", "write_text": "w", "write_bytes": "w", "tofile": "w", "to_pickle": "w",
    "read_pickle": "u", "urlopen": "n", "urlretrieve": "n", "extractall": "w", "unpack_archive": "w",
    "create_subprocess_exec": "p", "create_subprocess_shell": "p", "exec_command": "p", "sendmail": "n",
}

# What of `sys` decides on what runs next: to set one of these is to reach into the interpreter.
HOOKS = {"sys.excepthook", "sys.displayhook", "sys.unraisablehook", "sys.breakpointhook", "sys.meta_path",
         "sys.path_hooks", "sys.path", "sys.modules", "threading.excepthook"}

# What a program reads from outside when it is called without arguments, as `main()` does.
SOURCES = {"sys.argv", "sys.stdin", "builtins.input"}
PARSERS = {"parse_args", "parse_known_args"}


@dataclasses.dataclass(frozen=True)
class Sink:
    kind: str
    keyword: str = ""
    unless: str = ""


def table():
    sinks = {}
    for kind, names in NAMES.items():
        for name in names.split():
            name, _, rule = name.rstrip(")").partition("(")
            sinks[name] = Sink(kind, "" if rule.startswith("!") else rule, rule[1:] if rule.startswith("!") else "")
    return sinks


SINKS = table()
