/// The names that moved between Python 2 and 3, as CPython's unpickler and pickler translate them below
/// protocol 3.
///
/// Source: `IMPORT_MAPPING`, `NAME_MAPPING` and their reverses in CPython 3.11's `Lib/_compat_pickle.py`.
enum PythonNames {
    /// Where Python 3 finds what Python 2 called `module.name`.
    static func python3(module: String, name: String) -> (module: String, name: String) {
        if module == "exceptions", exceptions.contains(name) { return ("builtins", name) }
        if module == "multiprocessing", multiprocessingExceptions.contains(name) {
            return ("multiprocessing.context", name)
        }
        if let moved = movedNames["\(module):\(name)"] { return split(moved) }
        return (movedModules[module] ?? module, name)
    }

    /// Where Python 2 found what Python 3 calls `module.name`.
    static func python2(module: String, name: String) -> (module: String, name: String) {
        if module == "builtins" {
            if newSystemErrors.contains(name) { return ("exceptions", "OSError") }
            if exceptions.contains(name) { return ("exceptions", name) }
        }
        if module == "multiprocessing.context", multiprocessingExceptions.contains(name) {
            return ("multiprocessing", name)
        }
        if let moved = formerNames["\(module):\(name)"] { return split(moved) }
        return (formerModules[module] ?? module, name)
    }

    private static func split(_ pair: String) -> (module: String, name: String) {
        let parts = pair.split(separator: ":", maxSplits: 1)
        return (String(parts[0]), String(parts[parts.count - 1]))
    }

    /// `key=value` words as a dictionary.
    private static func table(_ words: String) -> [String: String] {
        var table: [String: String] = [:]
        for word in Self.words(of: words) {
            let parts = word.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1)
            table[String(Substring(parts[0]))] = String(Substring(parts[parts.count - 1]))
        }
        return table
    }

    private static func set(_ words: String) -> Set<String> {
        Set(Self.words(of: words).map(String.init))
    }

    /// What stands between spaces and line ends.
    private static func words(of text: String) -> [Substring] {
        text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.map { Substring($0) }
    }

    private static let movedModules = table(
        """
        __builtin__=builtins copy_reg=copyreg Queue=queue SocketServer=socketserver ConfigParser=configparser
        repr=reprlib tkFileDialog=tkinter.filedialog tkSimpleDialog=tkinter.simpledialog
        tkColorChooser=tkinter.colorchooser tkCommonDialog=tkinter.commondialog Dialog=tkinter.dialog
        Tkdnd=tkinter.dnd tkFont=tkinter.font tkMessageBox=tkinter.messagebox ScrolledText=tkinter.scrolledtext
        Tkconstants=tkinter.constants Tix=tkinter.tix ttk=tkinter.ttk Tkinter=tkinter markupbase=_markupbase
        _winreg=winreg thread=_thread dummy_thread=_dummy_thread dbhash=dbm.bsd dumbdbm=dbm.dumb dbm=dbm.ndbm
        gdbm=dbm.gnu xmlrpclib=xmlrpc.client SimpleXMLRPCServer=xmlrpc.server httplib=http.client
        htmlentitydefs=html.entities HTMLParser=html.parser Cookie=http.cookies cookielib=http.cookiejar
        BaseHTTPServer=http.server test.test_support=test.support commands=subprocess urlparse=urllib.parse
        robotparser=urllib.robotparser urllib2=urllib.request anydbm=dbm _abcoll=collections.abc cPickle=pickle
        _elementtree=xml.etree.ElementTree FileDialog=tkinter.filedialog SimpleDialog=tkinter.simpledialog
        DocXMLRPCServer=xmlrpc.server SimpleHTTPServer=http.server CGIHTTPServer=http.server
        UserDict=collections UserList=collections UserString=collections whichdb=dbm StringIO=io cStringIO=io
        """)

    private static let movedNames = table(
        """
        __builtin__:xrange=builtins:range __builtin__:reduce=functools:reduce __builtin__:intern=sys:intern
        __builtin__:unichr=builtins:chr __builtin__:unicode=builtins:str __builtin__:long=builtins:int
        itertools:izip=builtins:zip itertools:imap=builtins:map itertools:ifilter=builtins:filter
        itertools:ifilterfalse=itertools:filterfalse itertools:izip_longest=itertools:zip_longest
        UserDict:IterableUserDict=collections:UserDict UserList:UserList=collections:UserList
        UserString:UserString=collections:UserString whichdb:whichdb=dbm:whichdb _socket:fromfd=socket:fromfd
        _multiprocessing:Connection=multiprocessing.connection:Connection
        multiprocessing.process:Process=multiprocessing.context:Process
        multiprocessing.forking:Popen=multiprocessing.popen_fork:Popen
        urllib:ContentTooShortError=urllib.error:ContentTooShortError
        urllib:getproxies=urllib.request:getproxies urllib:pathname2url=urllib.request:pathname2url
        urllib:quote_plus=urllib.parse:quote_plus urllib:quote=urllib.parse:quote
        urllib:unquote_plus=urllib.parse:unquote_plus urllib:unquote=urllib.parse:unquote
        urllib:url2pathname=urllib.request:url2pathname urllib:urlcleanup=urllib.request:urlcleanup
        urllib:urlencode=urllib.parse:urlencode urllib:urlopen=urllib.request:urlopen
        urllib:urlretrieve=urllib.request:urlretrieve urllib2:HTTPError=urllib.error:HTTPError
        urllib2:URLError=urllib.error:URLError __builtin__:basestring=builtins:str
        exceptions:StandardError=builtins:Exception UserDict:UserDict=collections:UserDict
        socket:_socketobject=socket:SocketType
        """)

    private static let formerModules = table(
        """
        builtins=__builtin__ copyreg=copy_reg queue=Queue socketserver=SocketServer configparser=ConfigParser
        reprlib=repr tkinter.filedialog=tkFileDialog tkinter.simpledialog=tkSimpleDialog
        tkinter.colorchooser=tkColorChooser tkinter.commondialog=tkCommonDialog tkinter.dialog=Dialog
        tkinter.dnd=Tkdnd tkinter.font=tkFont tkinter.messagebox=tkMessageBox tkinter.scrolledtext=ScrolledText
        tkinter.constants=Tkconstants tkinter.tix=Tix tkinter.ttk=ttk tkinter=Tkinter _markupbase=markupbase
        winreg=_winreg _thread=thread _dummy_thread=dummy_thread dbm.bsd=dbhash dbm.dumb=dumbdbm dbm.ndbm=dbm
        dbm.gnu=gdbm xmlrpc.client=xmlrpclib xmlrpc.server=SimpleXMLRPCServer http.client=httplib
        html.entities=htmlentitydefs html.parser=HTMLParser http.cookies=Cookie http.cookiejar=cookielib
        http.server=BaseHTTPServer test.support=test.test_support subprocess=commands urllib.parse=urlparse
        urllib.robotparser=robotparser urllib.request=urllib2 dbm=anydbm collections.abc=_abcoll _bz2=bz2
        _dbm=dbm _functools=functools _gdbm=gdbm _pickle=pickle
        """)

    private static let formerNames = table(
        """
        builtins:range=__builtin__:xrange functools:reduce=__builtin__:reduce sys:intern=__builtin__:intern
        builtins:chr=__builtin__:unichr builtins:str=__builtin__:unicode builtins:int=__builtin__:long
        builtins:zip=itertools:izip builtins:map=itertools:imap builtins:filter=itertools:ifilter
        itertools:filterfalse=itertools:ifilterfalse itertools:zip_longest=itertools:izip_longest
        collections:UserDict=UserDict:IterableUserDict collections:UserList=UserList:UserList
        collections:UserString=UserString:UserString dbm:whichdb=whichdb:whichdb socket:fromfd=_socket:fromfd
        multiprocessing.connection:Connection=_multiprocessing:Connection
        multiprocessing.context:Process=multiprocessing.process:Process
        multiprocessing.popen_fork:Popen=multiprocessing.forking:Popen
        urllib.error:ContentTooShortError=urllib:ContentTooShortError
        urllib.request:getproxies=urllib:getproxies urllib.request:pathname2url=urllib:pathname2url
        urllib.parse:quote_plus=urllib:quote_plus urllib.parse:quote=urllib:quote
        urllib.parse:unquote_plus=urllib:unquote_plus urllib.parse:unquote=urllib:unquote
        urllib.request:url2pathname=urllib:url2pathname urllib.request:urlcleanup=urllib:urlcleanup
        urllib.parse:urlencode=urllib:urlencode urllib.request:urlopen=urllib:urlopen
        urllib.request:urlretrieve=urllib:urlretrieve urllib.error:HTTPError=urllib2:HTTPError
        urllib.error:URLError=urllib2:URLError _functools:reduce=__builtin__:reduce
        tkinter.filedialog:FileDialog=FileDialog:FileDialog
        tkinter.filedialog:LoadFileDialog=FileDialog:LoadFileDialog
        tkinter.filedialog:SaveFileDialog=FileDialog:SaveFileDialog
        tkinter.simpledialog:SimpleDialog=SimpleDialog:SimpleDialog
        xmlrpc.server:ServerHTMLDoc=DocXMLRPCServer:ServerHTMLDoc
        xmlrpc.server:XMLRPCDocGenerator=DocXMLRPCServer:XMLRPCDocGenerator
        xmlrpc.server:DocXMLRPCRequestHandler=DocXMLRPCServer:DocXMLRPCRequestHandler
        xmlrpc.server:DocXMLRPCServer=DocXMLRPCServer:DocXMLRPCServer
        xmlrpc.server:DocCGIXMLRPCRequestHandler=DocXMLRPCServer:DocCGIXMLRPCRequestHandler
        http.server:SimpleHTTPRequestHandler=SimpleHTTPServer:SimpleHTTPRequestHandler
        http.server:CGIHTTPRequestHandler=CGIHTTPServer:CGIHTTPRequestHandler
        _socket:socket=socket:_socketobject builtins:ModuleNotFoundError=exceptions:ImportError
        """)

    /// Exceptions that Python 2 kept in the module `exceptions` under the same name.
    private static let exceptions = set(
        """
        ArithmeticError AssertionError AttributeError BaseException BufferError BytesWarning DeprecationWarning
        EOFError EnvironmentError Exception FloatingPointError FutureWarning GeneratorExit IOError ImportError
        ImportWarning IndentationError IndexError KeyError KeyboardInterrupt LookupError MemoryError NameError
        NotImplementedError OSError OverflowError PendingDeprecationWarning ReferenceError RuntimeError
        RuntimeWarning StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TypeError
        UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError
        UnicodeWarning UserWarning ValueError Warning ZeroDivisionError
        """)

    private static let multiprocessingExceptions = set(
        """
        AuthenticationError BufferTooShort ProcessError TimeoutError
        """)

    /// Subclasses of OSError that Python 2 lacked.
    private static let newSystemErrors = set(
        """
        BrokenPipeError ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
        ConnectionResetError FileExistsError FileNotFoundError InterruptedError IsADirectoryError
        NotADirectoryError PermissionError ProcessLookupError TimeoutError
        """)
}
