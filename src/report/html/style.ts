/** The page's only style sheet. Colours of both schemes have a contrast of 4.5 to 1 where they carry text, 3 to 1 in drawings. */
export const STYLE = `
:root { color-scheme: light dark;
  --paper: #ffffff; --panel: #f5f6f8; --ink: #1a1d21; --faint: #565d66; --line: #c9ced6; --link: #0b57b8;
  --error: #b3261e; --error-panel: #fdeceb; --warning: #8a5300; --warning-panel: #fff4de; --note: #2b5c8f; --note-panel: #e8f1fb;
  --good: #1f6b36; --good-panel: #e6f4ea; --request: #1d5fb4; --response: #1f7a4a; --epoch: #6b5a8e; --lane: #eef1f5;
  --evidence: #fff2c9; --depth: #9dbce6; --peak: #1d5fb4; --faults: #b3261e; --gap: #8b9099; --slow: #8a5300; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14171b; --panel: #1d2127; --ink: #e7eaee; --faint: #a4acb7; --line: #3d444e; --link: #8ab8ff;
  --error: #ff8a80; --error-panel: #3a1d1c; --warning: #f5b955; --warning-panel: #352a16; --note: #8fc1f2; --note-panel: #1a2a3b;
  --good: #7fd49a; --good-panel: #17301f; --request: #7db2f7; --response: #6fcf97; --epoch: #bda7e8; --lane: #22272e;
  --evidence: #4a3f16; --depth: #34527d; --peak: #8ab8ff; --faults: #ff8a80; --gap: #767e8a; --slow: #f5b955; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
.page { max-width: 1120px; margin: 0 auto; padding: 0 1.25rem 3rem; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 0.5rem; top: 0.5rem; background: var(--paper); padding: 0.5rem 1rem; z-index: 1; }
a { color: var(--link); } a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
header { padding: 1.5rem 0 0.5rem; } h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; } header p { margin: 0.25rem 0 0; color: var(--faint); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; padding: 0.5rem 0; border-block: 1px solid var(--line); }
section { margin-top: 2rem; } h2 { font-size: 1.3rem; margin: 0 0 0.75rem; } h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; } h4 { font-size: 1rem; margin: 1rem 0 0.25rem; }
p { margin: 0.5rem 0; max-width: 80ch; } .left-out, .certainty, .actor, .legend, figcaption, .more { color: var(--faint); font-size: 0.9rem; }
.verdict { display: flex; gap: 0.75rem; align-items: center; max-width: none; padding: 0.9rem 1.1rem; border-radius: 8px; border: 1px solid currentColor; font-size: 1.1rem; font-weight: 600; }
.verdict.error { color: var(--error); background: var(--error-panel); } .verdict.warning { color: var(--warning); background: var(--warning-panel); }
.verdict.note { color: var(--note); background: var(--note-panel); } .verdict.good { color: var(--good); background: var(--good-panel); }
.shape { width: 1em; height: 1em; flex: none; vertical-align: -0.12em; fill: currentColor; } svg .shape { fill: none; }
.shape.error { color: var(--error); fill: var(--error); } .shape.warning { color: var(--warning); fill: var(--warning); } .shape.note { color: var(--note); fill: var(--note); } .shape.good { color: var(--good); fill: var(--good); }
.inner { fill: none; stroke: var(--paper); stroke-width: 2; stroke-linecap: round; } .definitions { position: absolute; }
.verdict .shape { width: 1.5em; height: 1.5em; }
.tiles { list-style: none; display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 0.75rem 0; padding: 0; }
.tile { display: flex; align-items: center; gap: 0.4rem; padding: 0.3rem 0.8rem; border: 1px solid var(--line); border-radius: 999px; } .tile.none { color: var(--faint); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 1rem 0; } .facts div { display: contents; } dt { color: var(--faint); } dd { margin: 0; }
.notice { border-left: 4px solid var(--warning); padding-left: 0.75rem; }
.badge { display: inline-flex; align-items: center; gap: 0.3em; font-weight: 600; white-space: nowrap; } .badge.error { color: var(--error); } .badge.warning { color: var(--warning); } .badge.note { color: var(--note); }
.finding { border: 1px solid var(--line); border-left: 5px solid var(--line); border-radius: 6px; padding: 0.25rem 1rem 0.5rem; margin: 1rem 0; }
.finding.error { border-left-color: var(--error); } .finding.warning { border-left-color: var(--warning); border-left-style: double; } .finding.note { border-left-color: var(--note); border-left-style: dotted; }
.finding h3 { margin: 0.6rem 0 0.25rem; } .number-of { color: var(--faint); font-weight: 400; } .certainty { margin: 0; } .message { margin: 0.25rem 0 0.5rem; }
code, pre, .place, svg.ladder { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.evidence { list-style: none; margin: 0.5rem 0; padding: 0.4rem 0.75rem; background: var(--panel); border-radius: 6px; font-size: 0.85rem; }
.evidence li { padding: 0.25rem 0; } .evidence li + li { border-top: 1px solid var(--line); } .evidence code { display: block; unicode-bidi: isolate; white-space: pre-wrap; font-size: 0.8rem; }
.place { font-weight: 600; } .role { color: var(--faint); } .role::before { content: "· "; } .time { color: var(--faint); } .time::before { content: "· "; } .subject { unicode-bidi: isolate; }
.consequences { margin: 0.25rem 0; padding-left: 1.25rem; }
.scroll { overflow-x: auto; max-width: 100%; } pre { margin: 0.5rem 0; font-size: 0.8rem; line-height: 1.35; overflow-wrap: normal; } .rule pre { white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: 0.9rem; min-width: min(100%, 560px); overflow-wrap: normal; } caption { text-align: left; color: var(--faint); padding: 0.25rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line); } td { overflow-wrap: break-word; } .prose { min-width: 16rem; } thead th { font-weight: 600; white-space: nowrap; } tbody th { font-weight: 500; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; } .small-charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 0 1.5rem; }
svg.chart { display: block; max-width: 100%; height: auto; font-size: 12px; } .chart.timeline { min-width: 720px; } .chart.latency { min-width: 720px; } .small-charts .chart.latency { min-width: 0; }
svg.ladder { display: block; font-size: 12px; }
svg text { fill: var(--ink); } .tick, .axis-title, .lead, .lane-name { fill: var(--faint); } .plot-name, .lane-name { font-weight: 600; }
.axis, .grid { stroke: var(--line); fill: none; } .grid { stroke-width: 0.5; }
.lane { fill: var(--lane); } .evidence-row { fill: var(--evidence); } .word { paint-order: stroke; stroke: var(--lane); stroke-width: 3px; stroke-linejoin: round; } .word.refused { fill: var(--error); font-weight: 600; } .unseen { fill: var(--faint); }
.message path { fill: none; stroke-width: 1.6; } .message.request { stroke: var(--request); fill: var(--request); } .message.response { stroke: var(--response); fill: var(--response); } .message.stop-marker, .message.epoch { stroke: var(--epoch); fill: var(--epoch); } .message.epoch path:first-child, .message.stop-marker path:first-child { stroke-dasharray: 5 3; } .message.lost { stroke: var(--error); }
.mean-depth { fill: var(--depth); } .peak-depth { fill: none; stroke: var(--ink); stroke-width: 1.2; }
.rate { fill: none; stroke-width: 1.8; } .rate.groups { stroke: var(--request); } .rate.answers { stroke: var(--response); stroke-dasharray: 6 3; } .rate.faults { stroke: var(--faults); stroke-dasharray: 2 3; } .rate.partial { opacity: 0.55; }
.hatching { stroke: var(--gap); stroke-width: 1.5; } .gap { stroke: var(--gap); stroke-width: 0.5; } .gap-name { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.iommu-error { stroke: var(--error); stroke-width: 2; } .hover { fill: transparent; } .hover:hover { fill: var(--ink); fill-opacity: 0.06; }
.bar { fill: var(--peak); } .limit { stroke: var(--ink); stroke-dasharray: 4 3; fill: none; } .limit.slow { stroke: var(--slow); stroke-dasharray: none; } .limit-name { font-size: 11px; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.legend-list { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0; margin: 0.25rem 0; font-size: 0.9rem; } svg.swatch { display: inline-block; vertical-align: -0.1em; }
details { margin: 0.5rem 0; } summary { cursor: pointer; } .rule { border-bottom: 1px solid var(--line); padding: 0.25rem 0; } .rule summary { font-weight: 600; } .rule h3 { font-size: 0.95rem; margin: 0.75rem 0 0.25rem; }
footer { margin-top: 3rem; color: var(--faint); font-size: 0.9rem; }
@media (max-width: 640px) { .page { padding: 0 0.75rem 2rem; } .facts { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } .finding { padding: 0.25rem 0.7rem 0.5rem; } }
@page { margin: 14mm; }
@media print { :root { --paper: #ffffff; --panel: #f5f6f8; --ink: #1a1d21; --faint: #565d66; --line: #c9ced6; --link: #1a1d21; --lane: #eef1f5; --evidence: #fff2c9; --error: #b3261e; --error-panel: #fdeceb; --warning: #8a5300; --warning-panel: #fff4de; --note: #2b5c8f; --note-panel: #e8f1fb; --good: #1f6b36; --good-panel: #e6f4ea; --request: #1d5fb4; --response: #1f7a4a; --epoch: #6b5a8e; --depth: #9dbce6; --peak: #1d5fb4; --faults: #b3261e; --gap: #8b9099; --slow: #8a5300; }
  nav, .skip, figure details, #activity details, #latency details { display: none; } .page { max-width: none; padding: 0; } body { font-size: 11pt; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { overflow: visible; } svg.ladder { max-width: 100%; height: auto; } .chart.timeline, .chart.latency { min-width: 0; } a { text-decoration: none; } tr, svg, .evidence li, .verdict, .tiles { break-inside: avoid; } h2, h3, h4, figcaption, caption { break-after: avoid; }
  table { font-size: 8.5pt; } th, td { overflow-wrap: anywhere; padding-right: 0.5rem; } thead th { white-space: normal; overflow-wrap: normal; } .rule::details-content { content-visibility: visible; block-size: auto; } .finding { break-inside: auto; } }
`;
