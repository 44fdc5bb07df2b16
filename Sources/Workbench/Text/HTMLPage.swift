import ByteIO

/// A web page that is one file: it loads nothing, and its policy forbids it to.
struct HTMLPage {
    var title: String
    /// HTML.
    var body: String
    /// JavaScript; the page must make sense without it.
    var script = ""

    var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <title>\(xmlEscaped(title))</title>
        <style>
        \(Self.style)
        </style>
        </head>
        <body>
        \(body)
        \(script.isEmpty ? "" : "<script>\n\(script)\n</script>")
        </body>
        </html>

        """
    }

    /// - Throws: `IOError`.
    func write(to path: String) throws(IOError) {
        try AtomicFile.write(Array(text.utf8), to: path)
    }

    /// Text colours have a contrast of at least 4.5 to their grounds, in either scheme.
    private static let style = """
        :root {
          color-scheme: light dark;
          --ground: light-dark(#ffffff, #16181c); --raised: light-dark(#f4f5f7, #20242a);
          --text: light-dark(#1b1f24, #e6e9ee); --quiet: light-dark(#57606a, #a3adba);
          --line: light-dark(#d5d9df, #3a414b); --focus: light-dark(#0a58ca, #79b8ff);
          --good: light-dark(#12693a, #6fdc97); --bad: light-dark(#b3211b, #ff9c94); --warn: light-dark(#7a4d00, #f0c05a);
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 84rem; padding: 1.5rem; background: var(--ground); color: var(--text);
          font: 1rem/1.45 system-ui, sans-serif; }
        h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
        .quiet { color: var(--quiet); }
        .sums { display: flex; flex-wrap: wrap; gap: .75rem; list-style: none; padding: 0; margin: 1rem 0; }
        .sums li { background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem; }
        .sums b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
        .tools { display: none; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: end; margin: 1rem 0; }
        .scripted .tools { display: flex; }
        .tools fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
        .tools legend { padding: 0; font-weight: 600; }
        .tools label { display: inline-flex; gap: .35rem; align-items: center; }
        input[type=search] { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line);
          border-radius: .4rem; padding: .35rem .6rem; min-width: 16rem; }
        .frame { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
        table { border-collapse: collapse; width: 100%; }
        caption { text-align: left; position: absolute; clip-path: inset(50%); height: 1px; width: 1px; overflow: hidden; }
        th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
        thead th { background: var(--raised); white-space: nowrap; }
        tbody tr:last-child > * { border-bottom: 0; }
        tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 12rem; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .number button { text-align: right; }
        th button { all: unset; cursor: pointer; font-weight: 600; }
        th button::after { content: " \\2195"; color: var(--quiet); }
        [aria-sort=ascending] button::after { content: " \\2191"; }
        [aria-sort=descending] button::after { content: " \\2193"; }
        th button:focus-visible, summary:focus-visible, input:focus-visible, .frame:focus-visible {
          outline: 3px solid var(--focus); outline-offset: 2px; }
        .remark { min-width: 16rem; width: 40%; }
        .status { font-weight: 700; white-space: nowrap; }
        .PASS { color: var(--good); } .FAIL, .ERROR { color: var(--bad); } .SKIPPED { color: var(--warn); }
        details { margin-top: .25rem; font-weight: 400; } summary { cursor: pointer; color: var(--quiet); }
        details ul { margin: .25rem 0 0; padding-left: 1.1rem; } details li { overflow-wrap: anywhere; }
        @media print { .tools { display: none !important; } body { max-width: none; } }
        """
}
