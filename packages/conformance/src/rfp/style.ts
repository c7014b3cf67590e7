/** Data table: the style sheet of the HTML request, for the screen and for A4 in landscape. */
export const pageStyle = `
:root { --ink: #1c2430; --quiet: #55606e; --line: #c9d0d9; --head: #17468c; --soft: #f2f5f9; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 2rem 3rem; max-width: 88rem; color: var(--ink); background: #fff;
  font: .94rem/1.45 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; }
header { border-bottom: 3px solid var(--head); margin-bottom: 1.2rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .3rem 0; }
h2 { font-size: 1.35rem; margin: 2rem 0 .5rem; color: var(--head); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .4rem; }
h2 small, h3 small { font-weight: normal; color: var(--quiet); font-size: .8em; margin-left: .4em; }
p { margin: .35rem 0; max-width: 95ch; }
td p { max-width: none; margin: 0 0 .25rem; }
.from { color: var(--quiet); }
.mark { font-weight: bold; letter-spacing: .04em; font-size: .85rem; color: #8a1c1c; }
nav ul { padding-left: 1.2rem; }
a { color: var(--head); }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid var(--line); padding: .4rem .5rem; text-align: left; vertical-align: top; }
thead th { background: var(--head); color: #fff; font-size: .85rem; }
.plain { width: auto; max-width: 70rem; margin: .8rem 0; }
.counts td:nth-child(n+3) { text-align: right; }
.requirements { table-layout: fixed; font-size: .92rem; }
.answered th:nth-child(1) { width: 6.2rem; }
.answered thead th:nth-child(2) { width: 31%; }
.answered thead th:nth-child(3) { width: 24%; }
.answered thead th:nth-child(4) { width: 7.6rem; }
.annex thead th:nth-child(1) { width: 6.6rem; }
.control th { background: var(--soft); color: var(--ink); font-size: .95rem; width: auto; }
.why { display: block; font-weight: normal; color: var(--quiet); font-size: .9rem; margin-top: .15rem; }
.number b, .number .id, .number .tag { display: block; }
.number .id { font-size: .82rem; color: var(--quiet); overflow-wrap: anywhere; }
.tag { width: max-content; margin-top: .25rem; padding: 0 .4rem; border: 1px solid; border-radius: .6rem; font-size: .78rem; }
.shall { color: #8a1c1c; font-weight: bold; }
.should { color: #7a4a00; }
.may { color: #37506e; }
.small { font-size: .85rem; color: var(--quiet); }
.small b { color: var(--ink); font-weight: 600; }
.box { display: block; white-space: nowrap; }
footer { margin-top: 2rem; border-top: 1px solid var(--line); }
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  html { font-size: 9.5pt; }
  body { padding: 0; max-width: none; line-height: 1.35; }
  th, td { padding: .25rem .4rem; }
  .answer { font-size: .85rem; }
  h1 { font-size: 1.6rem; }
  p { max-width: none; }
  .plain { break-inside: avoid; }
  h2 { break-before: page; margin-top: .8rem; }
  header { margin-bottom: .6rem; }
  #scope h2, #answer h2 { break-before: auto; }
  h2, h3, .control { break-after: avoid; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  thead th { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  nav { display: none; }
  a { color: inherit; text-decoration: none; }
}
`;

/** The mark and the number at the foot of every printed page. `mark` holds no quote and no backslash. */
export const pageFoot = (mark: string): string => `
@page { @bottom-left { content: "${mark}"; font: bold 8pt Helvetica, Arial, sans-serif; color: #8a1c1c; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt Helvetica, Arial, sans-serif; } }
`;
