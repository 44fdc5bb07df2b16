import CommandLineKit

extension SuiteReport {
    /// The report as a page of its own: a table that can be sorted and filtered, with the mouse or the keyboard.
    var html: HTMLPage {
        let statuses = Status.allCases.filter { count($0) > 0 || $0 == .pass }
        var body = "<ul class=\"sums\">\n"
        for status in statuses {
            body +=
                "<li><b>\(count(status))</b> <span class=\"status \(status.rawValue)\">\(status.rawValue)</span></li>\n"
        }
        body += "</ul>\n" + tools + table
        return HTMLPage(
            title: suite, verdict: (passed ? "passed" : "failed", passed), leads: [summary + "."], body: body,
            scripts: [Self.script])
    }

    /// - Throws: `IOError`, or `WorkbenchError` for a path that is the suite's own.
    package func writeHTML(to path: String) throws { try html.write(to: path, keeping: [suite]) }

    private var tools: String {
        var choices = "<label><input type=\"radio\" name=\"status\" value=\"\" checked> all</label>\n"
        for status in Status.allCases where count(status) > 0 {
            choices +=
                "<label><input type=\"radio\" name=\"status\" value=\"\(status.rawValue)\"> \(status.rawValue)</label>\n"
        }
        return """
            <div class="tools">
            <fieldset><legend>Show</legend>
            \(choices)</fieldset>
            <label>Name <input type="search" id="name" autocomplete="off"></label>
            <span class="quiet" role="status" id="shown"></span>
            </div>

            """
    }

    private var table: String {
        var text = """
            <div class="frame" role="region" aria-label="Results" tabindex="0">
            <table>
            <caption>A row for each model</caption>
            <thead><tr>\n
            """
        for (column, title) in Self.columns.enumerated() {
            text +=
                "<th scope=\"col\"\(Self.numeric.contains(column) ? " class=\"number\"" : "")>\(xmlEscaped(title))</th>\n"
        }
        return text + "</tr></thead>\n<tbody>\n" + entries.map(\.row).joined() + "</tbody>\n</table>\n</div>\n"
    }

    /// The columns that have numbers.
    static let numeric = 3...5

    /// Headings become buttons that sort; radio buttons and a field choose what is shown.
    private static let script = """
        const body = document.querySelector("tbody");
        const rows = [...body.rows];
        const heads = [...document.querySelectorAll("thead th")];
        heads.forEach((head, column) => {
          const button = document.createElement("button");
          button.type = "button";
          button.textContent = head.textContent;
          head.replaceChildren(button);
          button.addEventListener("click", () => {
            const up = head.getAttribute("aria-sort") !== "ascending";
            heads.forEach(other => other.removeAttribute("aria-sort"));
            head.setAttribute("aria-sort", up ? "ascending" : "descending");
            const key = row => row.cells[column].dataset.value ?? row.cells[column].textContent;
            const compare = head.classList.contains("number")
              ? (a, b) => (key(a) === "" ? 1 : 0) - (key(b) === "" ? 1 : 0) || (up ? 1 : -1) * (key(a) - key(b))
              : (a, b) => (up ? 1 : -1) * key(a).localeCompare(key(b), "en", {numeric: true});
            body.append(...rows.sort(compare));
          });
        });
        const name = document.getElementById("name");
        const filter = () => {
          const status = document.querySelector("input[name=status]:checked").value;
          const text = name.value.toLowerCase();
          let shown = 0;
          for (const row of rows) {
            row.hidden = (status !== "" && row.dataset.status !== status) || !row.dataset.name.includes(text);
            if (!row.hidden) shown += 1;
          }
          document.getElementById("shown").textContent = `${shown} of ${rows.length} shown`;
        };
        document.querySelector(".tools").addEventListener("input", filter);
        filter();
        """
}

extension SuiteReport.Entry {
    fileprivate var row: String {
        let cells = cells
        var text =
            "<tr data-status=\"\(status.rawValue)\" data-name=\"\(xmlEscaped(name.lowercased()))\">\n"
            + "<th scope=\"row\" data-value=\"\(xmlEscaped(name))\">\(xmlEscaped(name.printable))</th>\n"
            + "<td class=\"status \(status.rawValue)\">\(status.rawValue)</td>\n"
            + "<td>\(xmlEscaped(cells[2]))</td>\n"
        let values = [milliseconds.map { "\($0)" }, flops.map(String.init), parameters.map(String.init)]
        for (cell, value) in zip(cells[SuiteReport.numeric], values) {
            text += "<td class=\"number\" data-value=\"\(value ?? "")\">\(xmlEscaped(cell))</td>\n"
        }
        return text + "<td class=\"remark\">\(xmlEscaped(cells[6]))\(details)</td>\n</tr>\n"
    }

    /// What was found, open where something was.
    private var details: String {
        let reasons = findings + (error.map { [$0] } ?? [])
        let facts =
            [("weights", weights), ("converted by", rules), ("golden", golden)].compactMap { name, value in
                value.map { "\(name): \($0)" }
            } + notes
        guard !reasons.isEmpty || !facts.isEmpty else { return "" }
        let items =
            reasons.map { "<li class=\"\(status.rawValue)\">\(xmlEscaped($0.printable))</li>" }
            + facts.map { "<li>\(xmlEscaped($0.printable))</li>" }
        return
            "<details\(reasons.isEmpty ? "" : " open")><summary>details</summary><ul>\(items.joined())</ul></details>"
    }
}
