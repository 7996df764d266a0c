#include "view/page.h"

namespace envlink::view::page {

// On top of what all pages of envlink share.
std::string_view style() {
  return R"CSS(
:root { --linking: #7a4fc4; --asking: #66708a; --queued: #9a8240; --building: #2767c7; --pre_deploy: #0b7f86;
  --starting: #2f8f4e; --deploying: #4f7d95; --checking: #5c7f1f; --held: #c07a00; --grid: #e7e9ee; }
@media (prefers-color-scheme: dark) {
  :root { --linking: #a987f0; --asking: #8d97b3; --queued: #c5ab5f; --building: #6aa5ff; --pre_deploy: #35b9c1;
    --starting: #5cc481; --deploying: #86b3c9; --checking: #a3c653; --held: #ebba5c; --grid: #262932; } }
header .brand { margin: 0 0 .3rem; color: var(--soft); font-size: .8rem; font-weight: 600; letter-spacing: .04em; text-transform: uppercase; }
.title { display: flex; flex-wrap: wrap; gap: .35rem .9rem; align-items: center; }
.title h2 { margin-right: auto; }
dl { margin: 0; } dd { margin: 0; overflow-wrap: anywhere; } dt { color: var(--soft); font-size: .8rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem; margin: 1.1rem 0 1rem; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .7rem .95rem; min-width: 0; }
.tile dd:nth-of-type(1) { font-size: 1.45rem; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
.tile dd:nth-of-type(1) .soft { font-size: .95rem; font-weight: 400; letter-spacing: 0; }
.small { font-size: .84rem; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 1.8rem; font-variant-numeric: tabular-nums; }
.icon { flex: none; vertical-align: -1px; margin-right: .35rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.icon.good { stroke: var(--good); } .icon.bad { stroke: var(--bad); } .icon.busy { stroke: var(--busy); } .icon.off { stroke: var(--off); }
.trouble { border-left: 4px solid var(--busy); margin-bottom: .8rem; } .trouble.failed { border-left-color: var(--bad); }
.trouble h3 span { font-weight: 400; margin-left: .3rem; } .trouble h3 a { color: inherit; }
pre.log { background: var(--sunk); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .75rem; margin: .2rem 0 .6rem;
  max-height: 24rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45; }
ul.plain { list-style: none; margin: 0; padding: .35rem 1.1rem; } ul.plain li { padding: .5rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
ul.plain li:last-child { border-bottom: 0; } ul.plain p { margin: .2rem 0 0; }
#filter { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .6rem .9rem; align-items: end; margin: 2rem -1.1rem -.6rem;
  padding: .7rem 1.1rem; background: var(--back); border-bottom: 1px solid var(--line); }
#filter label { display: grid; gap: .15rem; color: var(--soft); font-size: .8rem; }
#filter .check { display: flex; align-items: center; gap: .4rem; min-height: 2.1rem; color: var(--text); font-size: inherit; }
#filter input[type=search], #filter select, button { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--rule);
  border-radius: 7px; padding: .3rem .6rem; min-height: 2.1rem; max-width: 100%; }
#filter input[type=search] { width: 14rem; } #filter input::placeholder { color: var(--soft); opacity: 1; }
button { cursor: pointer; } button:hover { border-color: var(--soft); }
button.quiet { margin-top: 1.4rem; min-height: 1.8rem; padding: .1rem .6rem; font-size: .86rem; }
#count { padding-bottom: .35rem; font-variant-numeric: tabular-nums; }
section { scroll-margin-top: 4.5rem; }
.graph { display: block; }
.graph .head { fill: var(--soft); font-size: 12px; font-weight: 600; } .graph .count { font-weight: 400; }
.graph .line { fill: none; stroke: var(--rule); stroke-width: 1.5; } .graph .line.slow { stroke: var(--text); stroke-width: 2; }
.graph marker path { fill: var(--soft); }
.node rect { fill: var(--card); stroke: var(--rule); } .node text { fill: var(--text); font-size: 12px; font-weight: 600; }
.node .more { fill: var(--soft); font-size: 11px; font-weight: 400; }
.node.good rect { stroke: var(--good); } .node.busy rect { stroke: var(--busy); fill: var(--busy-back); } .node.bad rect { stroke: var(--bad); fill: var(--bad-back); }
.node.off rect { stroke-dasharray: 4 3; } .node.many rect { fill: var(--sunk); }
a.node:hover rect { fill: var(--sunk); } a.node:focus-visible { outline: none; } a.node:focus-visible rect { stroke: var(--link); stroke-width: 2.5; }
.order { display: none; margin: 0; padding: 0; list-style: none; } .order h3 { font-size: .84rem; margin: .8rem 0 .2rem; } .order > li:first-child h3 { margin-top: 0; }
.order ul { list-style: none; margin: 0; padding: 0; } .order ul li { padding: .15rem 0; overflow-wrap: anywhere; }
.dim { opacity: .22; }
.lanes { padding: .5rem 0; }
.row { display: grid; grid-template-columns: minmax(9rem, 17rem) minmax(7rem, 12rem) minmax(0, 1fr); gap: 0 1rem; align-items: center; padding: .28rem 1.1rem; }
.axis .row { padding-bottom: 0; } .axis .bar { height: 16px; }
.bar { display: block; width: 100%; height: 20px; overflow: visible; } .bar text { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
#grid line, .bar use { stroke: var(--grid); } .bar .wait { stroke: var(--rule); stroke-width: 1.5; stroke-dasharray: 2 4; }
summary.row { cursor: pointer; list-style: none; } summary::-webkit-details-marker { display: none; } summary.row:hover { background: var(--sunk); }
.who { display: flex; align-items: baseline; min-width: 0; font-weight: 550; overflow-wrap: anywhere; } .who > span { min-width: 0; }
.how { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.wave { border-top: 1px solid var(--line); padding: .45rem 0 .3rem; } .lanes > .axis + .wave { border-top: 0; padding-top: .1rem; }
.wave h3 { padding: .15rem 1.1rem; font-size: .84rem; } .wave h3 .soft { font-weight: 400; margin-left: .4rem; font-variant-numeric: tabular-nums; }
.more dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); gap: .45rem 1.4rem; }
div.more, p.more { margin: .2rem 1.1rem .7rem; padding: .7rem .9rem; background: var(--sunk); border-radius: 7px; }
details:target { box-shadow: inset 3px 0 var(--link); } details.lane { scroll-margin-top: 5rem; }
rect.linking { fill: var(--linking); } rect.asking { fill: var(--asking); } rect.queued { fill: var(--queued); } rect.building { fill: var(--building); }
rect.pre_deploy { fill: var(--pre_deploy); } rect.starting { fill: var(--starting); } rect.deploying { fill: var(--deploying); } rect.checking { fill: var(--checking); }
rect.held { fill: var(--held); } rect.pause { fill: var(--rule); stroke: none; opacity: .5; }
rect.end { fill: var(--off); } rect.end.good { fill: var(--good); } rect.end.bad { fill: var(--bad); } rect.end.busy { fill: var(--busy); }
.legend span { display: inline-flex; align-items: center; gap: .4rem; margin-right: 1.1rem; }
table .icon { vertical-align: -1px; } td { overflow-wrap: anywhere; } th { white-space: nowrap; }
.tight td { padding-top: .22rem; padding-bottom: .22rem; border-bottom-color: var(--grid); } td.at { white-space: nowrap; width: 10.5rem; } td.at time { display: inline-flex; justify-content: end; min-width: 8.6rem; gap: .8rem; } .clock { color: var(--soft); }
.tight td:nth-child(2) { width: 16rem; } .tight a { color: inherit; text-decoration-color: var(--rule); text-underline-offset: 2px; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .6rem; font-size: .86rem; }
@media (max-width: 40rem) {
  .row { grid-template-columns: minmax(0, 1fr) auto; } .bar { grid-column: 1 / -1; margin-top: .15rem; } .row, .wave h3 { padding-left: .9rem; padding-right: .9rem; }
  .axis, .order + .graph { display: none; } .order { display: block; } .how { text-align: right; max-width: 11rem; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6rem; }
  #filter { position: static; margin: 1.4rem 0 0; padding: .7rem 0; } #filter label:not(.check) { flex: 1 1 8rem; } #filter input[type=search], #filter select { width: 100%; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack, .stack tbody, .stack tr, .stack td { display: block; } .stack tr { padding: .45rem 0; border-bottom: 1px solid var(--line); }
  .stack td, .tight td:nth-child(2), td.at { border: 0; padding: .05rem 0; width: auto; } #links tr { display: flex; flex-wrap: wrap; gap: 0 .45rem; }
  #links td:nth-child(2) { order: -1; flex: 1 0 100%; font-weight: 550; } #links td:nth-child(1) { color: var(--soft); } #links td:nth-child(1)::after { content: ":"; }
  #links td:nth-child(3)::after { content: " →"; } #links td:nth-child(4) { display: none; }
  .tight td:nth-child(-n+2) { display: inline-block; margin-right: .7rem; } td.at time { min-width: 0; gap: .5rem; }
  div.more, p.more { margin-left: .9rem; margin-right: .9rem; } }
@media print {
  :root { --linking: #7a4fc4; --asking: #66708a; --queued: #9a8240; --building: #2767c7; --pre_deploy: #0b7f86; --starting: #2f8f4e;
    --deploying: #4f7d95; --checking: #5c7f1f; --held: #c07a00; --grid: #e7e9ee; }
  #filter, #open { display: none; } .wide { overflow: visible; } .graph { width: 100%; height: auto; max-height: 20cm; }
  .lane, .trouble, .tile, li { break-inside: avoid; } pre.log { max-height: none; } .row { grid-template-columns: 14rem 8.5rem minmax(0, 1fr); padding-top: .1rem; padding-bottom: .1rem; } .bar text { font-size: 9px; } h3 { break-after: avoid; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media (forced-colors: active) { rect, .graph .line { forced-color-adjust: none; } }
)CSS";
}

}  // namespace envlink::view::page
