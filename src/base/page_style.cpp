#include "base/page_style.h"

#include "base/sha256.h"

namespace envlink {

// Every pair of a text colour and what it stands on has a contrast of 4.5 or more, every mark of 3 or more.
std::string_view page_style() {
  return R"CSS(
:root { color-scheme: light dark;
  --back: #f5f6f8; --card: #ffffff; --sunk: #f0f1f5; --line: #dcdee5; --rule: #c3c6d1; --text: #191b22; --soft: #5a5e6c;
  --link: #1f5fbf; --good: #0a7340; --bad: #b81d27; --busy: #7f5200; --off: #5a5e6c; --chip: #eceef3;
  --good-back: #e3f4ea; --bad-back: #fce8e8; --busy-back: #fbf0d9; --off-back: #eceef3; }
@media (prefers-color-scheme: dark) {
  :root { --back: #101116; --card: #191b21; --sunk: #14161b; --line: #2e313b; --rule: #454956; --text: #e8e9ee; --soft: #a2a6b4;
    --link: #86b4ff; --good: #56cf93; --bad: #ff8488; --busy: #ebba5c; --off: #a2a6b4; --chip: #282b34;
    --good-back: #14301f; --bad-back: #3b1b1e; --busy-back: #352a12; --off-back: #282b34; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; padding: 2rem 1.5rem 3rem; background: var(--back); color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 78rem; margin: auto; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; line-height: 1.3; margin: 2.25rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
h4 { font-size: .8rem; margin: .9rem 0 .3rem; color: var(--soft); font-weight: 600; }
p { margin: .4rem 0; }
code, pre, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .86em; }
.soft { color: var(--soft); }
.note { color: var(--soft); max-width: 60rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr)); gap: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.1rem; min-width: 0; }
.chip { display: inline-block; background: var(--chip); border-radius: 5px; padding: .05rem .45rem;
  margin: 0 .3rem .3rem 0; overflow-wrap: anywhere; }
.badge { display: inline-block; border-radius: 99px; padding: .1rem .65rem; font-weight: 600; font-size: .86rem;
  background: var(--off-back); color: var(--off); white-space: nowrap; }
.badge.good { background: var(--good-back); } .badge.bad { background: var(--bad-back); } .badge.busy { background: var(--busy-back); }
.good { color: var(--good); } .bad { color: var(--bad); } .busy { color: var(--busy); } .off { color: var(--off); }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { text-align: left; padding: .38rem .9rem .38rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:last-child, th:last-child { padding-right: 0; }
tr:last-child > td { border-bottom: 0; }
th { color: var(--soft); font-weight: 600; font-size: .8rem; }
.wide { overflow-x: auto; }
@media (max-width: 40rem) { body { padding: 1.1rem .9rem 2rem; } .card { padding: .85rem .9rem; } }
@media print {
  :root { color-scheme: light; --back: #fff; --card: #fff; --sunk: #f5f6f8; --line: #d5d7de; --rule: #b5b8c4; --text: #000;
    --soft: #444854; --link: #000; --good: #0a6b3b; --bad: #a81820; --busy: #6e4700; --off: #444854; --chip: #eceef3;
    --good-back: #e3f4ea; --bad-back: #fce8e8; --busy-back: #fbf0d9; --off-back: #eceef3; }
  html { font-size: 11.5px; } body { padding: 0; font-size: .92rem; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { max-width: none; } h2 { break-after: avoid; } tr, .card { break-inside: avoid; } thead { display: table-header-group; }
  a { text-decoration: none; } }
)CSS";
}

std::string csp_hash(std::string_view text) {
  return "'sha256-" + sha256_base64(text) + "'";
}

}  // namespace envlink
