extension HTMLPage {
    /// Text colours have a contrast of at least 4.5 to their grounds, in either scheme.
    static let style = #"""
        :root {
          color-scheme: light dark;
          --ground: light-dark(#ffffff, #16181c); --raised: light-dark(#f4f5f7, #20242a);
          --text: light-dark(#1b1f24, #e6e9ee); --quiet: light-dark(#57606a, #a3adba);
          --line: light-dark(#d5d9df, #3a414b); --focus: light-dark(#0a58ca, #79b8ff);
          --good: light-dark(#12693a, #6fdc97); --bad: light-dark(#b3211b, #ff9c94); --warn: light-dark(#7a4d00, #f0c05a);
          --bar: light-dark(#7aa7e0, #3f6ea8); --shade: light-dark(#e8f0fb, #253449);
        }
        :root[data-scheme=light] { color-scheme: light; }
        :root[data-scheme=dark] { color-scheme: dark; }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 84rem; padding: 1.5rem; background: var(--ground); color: var(--text);
          font: 1rem/1.45 system-ui, sans-serif; }
        header { display: flex; gap: 1rem; align-items: start; justify-content: space-between; }
        h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; min-width: 0; }
        h2 { font-size: 1.15rem; margin: 1.5rem 0 .5rem; }
        main p { margin: .25rem 0; overflow-wrap: anywhere; }
        footer { margin-top: 2rem; font-size: .875rem; }
        .quiet { color: var(--quiet); }
        button { font: inherit; color: inherit; }
        #scheme, .tools button { background: var(--raised); border: 1px solid var(--line); border-radius: .4rem;
          padding: .3rem .7rem; cursor: pointer; white-space: nowrap; }
        .sums { display: flex; flex-wrap: wrap; gap: .75rem; list-style: none; padding: 0; margin: 1rem 0; }
        .sums li { background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem; }
        .sums b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
        .list ul { margin: 0; padding-left: 1.2rem; } .list li { overflow-wrap: anywhere; }
        .tools { display: none; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: 1rem 0; }
        .scripted .tools { display: flex; }
        .tools fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
        .tools legend { padding: 0; font-weight: 600; }
        .tools label { display: inline-flex; gap: .35rem; align-items: center; }
        input[type=search], select { font: inherit; color: inherit; background: var(--raised);
          border: 1px solid var(--line); border-radius: .4rem; padding: .35rem .6rem; }
        input[type=search] { width: 16rem; max-width: 100%; }
        .frame { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
        table { border-collapse: collapse; width: 100%; }
        caption { text-align: left; position: absolute; clip-path: inset(50%); height: 1px; width: 1px; overflow: hidden; }
        th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
        thead th { background: var(--raised); white-space: nowrap; }
        tbody tr:last-child > * { border-bottom: 0; }
        tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 12rem; }
        .facts { width: auto; margin: 1rem 0; } .facts th { min-width: 0; font-weight: 400; color: var(--quiet); }
        .facts th, .facts td { border: 0; padding: .1rem 1.5rem .1rem 0; overflow-wrap: anywhere; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .number button { text-align: right; }
        th button { all: unset; cursor: pointer; font-weight: 600; }
        th button::after { content: " \2195"; color: var(--quiet); }
        [aria-sort=ascending] button::after { content: " \2191"; }
        [aria-sort=descending] button::after { content: " \2193"; }
        :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
        .remark { min-width: 16rem; width: 40%; }
        @media (min-width: 84rem) { tbody th { min-width: 20rem; } }
        .status { font-weight: 700; white-space: nowrap; }
        .PASS { color: var(--good); } .FAIL, .ERROR, .bad { color: var(--bad); } .SKIPPED { color: var(--warn); }
        details { margin-top: .25rem; font-weight: 400; } summary { cursor: pointer; color: var(--quiet); }
        details ul { margin: .25rem 0 0; padding-left: 1.1rem; } details li { overflow-wrap: anywhere; }
        .tree table { font-size: .9rem; }
        .tree th, .tree td { padding: .2rem .75rem; vertical-align: middle; white-space: nowrap; }
        .tree tbody th { font-weight: 400; min-width: 14rem; max-width: 48rem; overflow: hidden; text-overflow: ellipsis; }
        .tree tbody tr { cursor: default; scroll-margin: 4rem; }
        .tree tbody tr[aria-expanded] { cursor: pointer; }
        .tree tbody tr[aria-expanded] > th { font-weight: 600; }
        .tree tbody tr:hover > * { background: var(--raised); }
        .tree tr:focus { outline: none; } .tree tr:focus > * { background: var(--shade); }
        .tree tr:focus-visible { outline: 3px solid var(--focus); outline-offset: -3px; }
        .mark { display: inline-block; width: 1.1rem; color: var(--quiet); }
        [aria-expanded=true] > th > .mark::before { content: "\25BE"; }
        [aria-expanded=false] > th > .mark::before { content: "\25B8"; }
        .count { color: var(--quiet); font-weight: 400; }
        .measure { display: inline-block; width: 5rem; height: .6rem; margin-left: .6rem; background: var(--raised);
          border-radius: .2rem; overflow: hidden; text-align: left; }
        .measure i { display: block; height: 100%; background: var(--bar); }
        .measure.bad i { background: var(--bad); }
        svg { display: block; max-width: 100%; } svg text { fill: var(--quiet); font-size: 12px; }
        .histogram { width: 7rem; height: 1.5rem; } .histogram path { fill: var(--bar); }
        .chart { margin: 0 0 1rem; max-width: 100%; } .chart .frame svg { min-width: 36rem; }
        .chart .grid { stroke: var(--line); } .chart .limit { stroke: var(--quiet); stroke-width: 2; }
        .chart .good { fill: var(--good); } .chart .bad { fill: var(--bad); }
        .chart figcaption { color: var(--quiet); font-size: .875rem; }
        .parts { height: 1.25rem; width: 100%; border-radius: .3rem; }
        .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; margin: .4rem 0 0;
          font-size: .875rem; }
        .legend svg { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem; vertical-align: -.05rem; }
        .part0 { fill: light-dark(#2f6fbf, #5b9be6); } .part1 { fill: light-dark(#b86e00, #e0a040); }
        .part2 { fill: light-dark(#2a8055, #5fc08c); } .part3 { fill: light-dark(#8a4fb5, #bb8be0); }
        .part4 { fill: light-dark(#a33b4f, #e0808f); } .part5 { fill: light-dark(#6b7480, #98a2af); }
        @media print { .tools, #scheme { display: none !important; } body { max-width: none; } }
        """#
}
