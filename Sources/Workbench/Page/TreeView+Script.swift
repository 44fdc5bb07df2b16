extension TreeView {
    /// Shows the trees of a page: every `.tree` with its data.
    ///
    /// Rows are made when they are first shown. They take the keys of a tree grid: the arrows move and fold, Home and End
    /// go to the ends, Enter and Space fold.
    static let script = #"""
        const prefixes = ["B", "kB", "MB", "GB", "TB", "PB"];
        const countText = count => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
        const bytesText = count => {
          let unit = 0;
          while (count >= (unit ? 999.95 : 1000) && unit < 5) { count /= 1000; unit += 1; }
          return `${unit ? count.toFixed(1) : count} ${prefixes[unit]}`;
        };
        const numberText = number => {
          if (typeof number === "string" || number === 0) return String(number);
          const size = Math.abs(number);
          return size >= 1e-3 && size < 1e5 ? String(Number(number.toPrecision(4))) : number.toExponential(3);
        };
        const element = (name, attributes, ...children) => {
          const made = document.createElement(name);
          for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
          made.append(...children);
          return made;
        };
        const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
        const histogram = (text, label) => {
          const space = "http://www.w3.org/2000/svg";
          const svg = document.createElementNS(space, "svg");
          const path = document.createElementNS(space, "path");
          let line = "M0 64";
          [...text].forEach((letter, index) => { line += `V${64 - letters.indexOf(letter)}H${index + 1}`; });
          path.setAttribute("d", line + "V64z");
          svg.setAttribute("viewBox", `0 0 ${text.length} 64`);
          svg.setAttribute("preserveAspectRatio", "none");
          svg.setAttribute("class", "histogram");
          svg.setAttribute("role", "img");
          svg.setAttribute("aria-label", label);
          const title = document.createElementNS(space, "title");
          title.textContent = label;
          svg.append(title, path);
          return svg;
        };

        for (const section of document.querySelectorAll(".tree")) {
          const data = JSON.parse(document.getElementById(section.id + "-data").textContent);
          const columns = data.columns;
          const root = {name: "", children: [], parent: null, level: 0, order: 0};
          let key = "", total = 0;
          for (const [shared, rest, bad, ...cells] of data.rows) {
            key = key.slice(0, shared) + rest;
            let node = root;
            const parts = key.split(".");
            if (parts.length > 128) parts.splice(127, parts.length, parts.slice(127).join("."));
            for (const name of parts) {
              node.byName ??= new Map();
              let child = node.byName.get(name);
              if (!child) {
                child = {name, children: [], parent: node, level: node.level + 1, order: total};
                node.byName.set(name, child);
                node.children.push(child);
              }
              node = child;
            }
            if (node.cells) {
              const twin = {name: node.name, children: [], parent: node.parent, level: node.level, order: total};
              node.parent.children.push(twin);
              node = twin;
            }
            Object.assign(node, {cells, key, bad: bad === 1, text: key.toLowerCase()});
            total += 1;
          }
          // A module with nothing but one tensor shares its line.
          const join = node => {
            node.children.forEach(join);
            node.children = node.children.map(child => {
              const only = child.children.length === 1 && !child.cells && !child.children[0].children.length
                ? child.children[0] : null;
              if (!only) return child;
              return Object.assign(only, {name: `${child.name}.${only.name}`, parent: node, level: child.level});
            });
          };
          join(root);
          const measured = columns.findIndex(column => column.kind === "bytes" || column.kind === "magnitude");
          const least = [], most = [];
          const gather = node => {
            node.count = node.cells ? 1 : 0;
            node.sums = columns.map((column, index) => {
              const cell = node.cells?.[index];
              return column.kind === "bytes" ? Number(cell ?? 0) : column.kind === "magnitude" ? magnitude(cell) : null;
            });
            for (const child of node.children) {
              gather(child);
              node.count += child.count;
              node.bad ||= child.bad;
              columns.forEach((column, index) => {
                if (column.kind === "bytes") node.sums[index] += child.sums[index];
                if (column.kind === "magnitude") node.sums[index] = Math.max(node.sums[index], child.sums[index]);
              });
            }
          };
          // A word is an infinite number or, empty, none.
          const magnitude = cell => cell === "" ? 0 : typeof cell === "string" ? Infinity : Math.abs(cell ?? 0);
          gather(root);
          columns.forEach((column, index) => {
            if (column.kind !== "magnitude") return;
            const sizes = data.rows.map(row => magnitude(row[index + 3])).filter(size => size > 0 && size < Infinity);
            most[index] = sizes.reduce((a, b) => Math.max(a, b), 0);
            least[index] = Math.max(sizes.reduce((a, b) => Math.min(a, b), Infinity), most[index] * 1e-12);
          });
          const share = (index, value) => {
            if (columns[index].kind === "bytes") return root.sums[index] ? value / root.sums[index] : 0;
            if (!(value > 0)) return 0;
            if (value === Infinity) return 1;
            // A decade at least, so that nearly equal values get nearly equal bars.
            const range = Math.max(Math.log(most[index] / least[index]), Math.LN10);
            return Math.max(0.04, 1 - 0.96 * Math.log(most[index] / value) / range);
          };

          const cellOf = (node, index) => {
            const {kind, words} = columns[index];
            const own = node.cells?.[index];
            const made = element("td", {role: "gridcell"});
            if (kind === "bytes" || kind === "magnitude") {
              made.className = "number";
              const value = kind === "magnitude" && own !== undefined ? magnitude(own) : node.sums[index];
              made.append(kind === "bytes" ? bytesText(value) : numberText(typeof own === "string" ? own : value));
              const bar = element("i", {});
              bar.style.width = `${100 * share(index, value)}%`;
              made.append(element("span", {class: node.bad && kind === "magnitude" ? "measure bad" : "measure",
                "aria-hidden": "true"}, bar));
            } else if (own === undefined || own === 0 && kind === "histogram") {
              return made;
            } else if (kind === "number") {
              made.className = "number";
              made.append(numberText(own));
            } else if (kind === "word") {
              made.append(words[own]);
            } else if (kind === "histogram") {
              made.append(histogram(own, `values of ${node.key}`));
            } else if (own !== 0) {
              made.append(own);
            }
            return made;
          };
          const rowOf = node => {
            if (node.row) return node.row;
            const mark = element("span", {class: "mark", "aria-hidden": "true"});
            const name = element("th", {scope: "row", role: "rowheader"}, mark, node.name === "" ? "(no name)" : node.name);
            name.style.paddingInlineStart = `${0.5 + 1.1 * (node.level - 1)}rem`;
            if (node.bad) name.classList.add("bad");
            if (node.children.length) name.append(element("span", {class: "count"}, ` ${countText(node.count)}`));
            node.row = element("tr", {role: "row", tabindex: "-1", "aria-level": node.level}, name,
              ...columns.map((_, index) => cellOf(node, index)));
            node.row.node = node;
            return node.row;
          };

          const body = element("tbody", {});
          const heads = columns.map(column => element("th", {scope: "col", role: "columnheader",
            ...(["number", "bytes", "magnitude"].includes(column.kind) ? {class: "number"} : {})}, column.title));
          const table = element("table", {role: "treegrid", "aria-labelledby": section.id + "-title"},
            element("thead", {}, element("tr", {role: "row"}, element("th", {scope: "col", role: "columnheader"}, "Name"),
              ...heads)), body);
          const search = element("input", {type: "search", autocomplete: "off", id: section.id + "-search"});
          const order = element("select", {id: section.id + "-order"}, element("option", {value: "file"}, "as in the file"));
          if (measured >= 0) order.append(element("option", {value: "size"}, `largest ${columns[measured].title} first`));
          const folds = [["Unfold all", true], ["Fold all", false]].map(([text, open]) => {
            const button = element("button", {type: "button"}, text);
            button.addEventListener("click", () => { openAll(root, open); show(); });
            return button;
          });
          const status = element("span", {class: "quiet", role: "status"});
          const rest = element("p", {class: "quiet", role: "status"});
          section.append(element("div", {class: "tools"}, element("label", {for: search.id}, "Search"), search,
            element("label", {for: order.id}, "Order"), order, ...folds, status),
            element("div", {class: "frame"}, table), rest);

          const openAll = (node, open) => { for (const child of node.children) { child.open = open; openAll(child, open); } };
          const limit = 2000, rowLimit = 30000;
          let wanted = "";
          const isOpen = node => wanted !== "" ? node.found : node.open;
          const childrenOf = node => wanted !== "" ? node.children.filter(child => child.hit) : node.children;
          const append = (node, rows) => {
            const children = childrenOf(node);
            children.forEach((child, index) => {
              const row = rowOf(child);
              row.setAttribute("aria-setsize", children.length);
              row.setAttribute("aria-posinset", index + 1);
              if (child.children.length) row.setAttribute("aria-expanded", String(Boolean(isOpen(child))));
              rows.push(row);
              if (child.children.length && isOpen(child)) append(child, rows);
            });
            return rows;
          };
          const show = () => {
            const focused = body.contains(document.activeElement) ? document.activeElement : null;
            const rows = append(root, []);
            body.replaceChildren(...rows.slice(0, rowLimit));
            rest.textContent = rows.length > rowLimit ? `${countText(rows.length - rowLimit)} more rows are not shown: fold some, or search` : "";
            const first = body.querySelector("tr[tabindex='0']");
            if (!first && body.rows.length) body.rows[0].tabIndex = 0;
            if (focused && body.contains(focused)) focused.focus();
          };
          const find = () => {
            wanted = search.value.trim().toLowerCase();
            let found = 0;
            const mark = node => {
              node.hit = node.found = false;
              if (wanted !== "" && node.cells && node.text.includes(wanted)) {
                found += 1;
                if (found <= limit) node.hit = true;
              }
              for (const child of node.children) { mark(child); if (child.hit) node.hit = node.found = true; }
            };
            mark(root);
            const noun = `${data.noun}${total === 1 ? "" : "s"}`;
            status.textContent = wanted === "" ? `${countText(total)} ${noun}`
              : `${countText(found)} of ${countText(total)} ${noun}${found > limit ? `, the first ${limit} shown` : ""}`;
            show();
          };
          const sort = node => {
            node.children.sort((a, b) => order.value === "size" && b.sums[measured] !== a.sums[measured]
              ? (b.sums[measured] > a.sums[measured] ? 1 : -1) : a.order - b.order);
            node.children.forEach(sort);
          };
          search.addEventListener("input", find);
          order.addEventListener("change", () => { sort(root); show(); });

          const focus = row => {
            if (!row) return;
            for (const other of body.querySelectorAll("tr[tabindex='0']")) other.tabIndex = -1;
            row.tabIndex = 0;
            row.focus();
          };
          const fold = (node, open) => {
            if (!node.children.length || Boolean(isOpen(node)) === open) return;
            if (wanted !== "") node.found = open; else node.open = open;
            show();
          };
          body.addEventListener("click", event => {
            const row = event.target.closest("tr");
            if (!row) return;
            focus(row);
            fold(row.node, !isOpen(row.node));
          });
          body.addEventListener("keydown", event => {
            const row = event.target.closest("tr");
            if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
            const node = row.node;
            const moves = {
              ArrowDown: () => focus(row.nextElementSibling),
              ArrowUp: () => focus(row.previousElementSibling),
              Home: () => focus(body.firstElementChild),
              End: () => focus(body.lastElementChild),
              ArrowRight: () => node.children.length && isOpen(node) ? focus(row.nextElementSibling) : fold(node, true),
              ArrowLeft: () => node.children.length && isOpen(node) ? fold(node, false) : focus(node.parent?.row),
              Enter: () => fold(node, !isOpen(node)),
              " ": () => fold(node, !isOpen(node)),
              "*": () => { for (const child of node.parent.children) child.open = true; show(); },
            };
            if (!moves[event.key]) return;
            event.preventDefault();
            moves[event.key]();
          });

          // Levels are unfolded while the rows fit a screen or two.
          let level = [root], rows = 0;
          while (level.length) {
            const next = level.flatMap(node => node.children);
            if (rows > 0 && rows + next.length > 60) break;
            rows += next.length;
            for (const node of level) node.open = true;
            level = next;
          }
          find();
        }
        """#
}
