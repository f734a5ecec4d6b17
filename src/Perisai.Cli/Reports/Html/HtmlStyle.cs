namespace Perisai.Cli.Reports.Html;

/// <summary>The page's style sheet: one column that fits a phone, light or dark as the reader has it, black on white on paper.</summary>
internal static class HtmlStyle
{
    public const string Sheet = """
        :root { color-scheme: light dark; --back: #fff; --fore: #1b1f24; --soft: #59636e; --line: #d1d9e0; --card: #f6f8fa;
          --bad: #b3261e; --warn: #8a5a00; --good: #1a6e36; --bar: #2f6fb3; --bar2: #c2703d; }
        @media (prefers-color-scheme: dark) {
          :root { --back: #10141a; --fore: #e6e9ed; --soft: #9aa4af; --line: #303842; --card: #181e26;
            --bad: #ff8a80; --warn: #f2bf5e; --good: #7bd695; --bar: #6aa5e6; --bar2: #e59a68; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--back); color: var(--fore);
          font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
        p { margin: .3rem 0; } .soft { color: var(--soft); font-size: .9rem; }
        .verdict { margin: 1rem 0; padding: .8rem 1rem; border-left: .4rem solid; background: var(--card); font-weight: 600; }
        .bad { color: var(--bad); border-color: var(--bad); } .warn { color: var(--warn); border-color: var(--warn); }
        .good { color: var(--good); border-color: var(--good); }
        .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .6rem; margin: 1rem 0; padding: 0; }
        .facts div { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .7rem; }
        .facts dt { color: var(--soft); font-size: .85rem; } .facts dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
        article { border: 1px solid var(--line); border-radius: .4rem; padding: .6rem .8rem; margin: .6rem 0; break-inside: avoid; }
        article h3 { margin: 0; font-size: 1rem; }
        code, .path { font-family: ui-monospace, monospace; font-size: .9rem; }
        .rows { margin: .4rem 0 0; display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; font-size: .9rem; }
        .rows dt { color: var(--soft); } .rows dd { margin: 0; min-width: 0; }
        details { border-bottom: 1px solid var(--line); padding: .4rem 0; } summary { cursor: pointer; font-weight: 600; }
        ul { margin: .4rem 0; padding-left: 1.2rem; } li { margin: .2rem 0; }
        svg { display: block; width: 100%; max-width: 32rem; height: auto; margin: .4rem 0; }
        svg text { font: 12px system-ui, sans-serif; fill: var(--fore); } svg .soft { fill: var(--soft); }
        @media print { :root { --back: #fff; --fore: #000; --soft: #444; --line: #999; --card: #fff; --bad: #900; --warn: #640; --good: #040; }
          body { max-width: none; padding: 0; font-size: 10pt; } }
        """;
}
