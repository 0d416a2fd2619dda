"""The look of the report page: one style sheet, light and dark, and the few lines that play a sound."""

STYLE = """
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif;
  --back: #fbfaf8; --card: #ffffff; --ink: #22262b; --soft: #626a73;
  --line: #e3e1dc; --mark: #1c6fb5; --real: #f1f5ec; }
@media (prefers-color-scheme: dark) { :root {
  --back: #14161a; --card: #1b1e24; --ink: #e2e6ea; --soft: #98a1ab;
  --line: #2d323a; --mark: #6fb7f2; --real: #1d2620; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.25rem 5rem; background: var(--back); color: var(--ink); }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; font-weight: 650; }
h2 { font-size: 1.2rem; margin: 3rem 0 .25rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; font-weight: 600; }
p { margin: .25rem 0 1rem; max-width: 46rem; } .soft, caption, th small, td small { color: var(--soft); }
a { color: var(--mark); } nav { margin: 1rem 0 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
.notice { border-left: 3px solid var(--mark); padding: .1rem 0 .1rem .9rem; margin: 1rem 0; max-width: 46rem; }
.wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  margin: 0 0 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .5rem .65rem; border-top: 1px solid var(--line); vertical-align: top;
  white-space: nowrap; }
thead th { border-top: 0; font-weight: 600; font-size: .85rem; vertical-align: bottom; white-space: normal;
  min-width: 4.5rem; }
thead small { display: block; font-weight: 400; } tbody th, thead th:first-child { text-align: left; font-weight: 600; }
td small { display: block; font-size: .78rem; } td.best { font-weight: 700; } td.best small { font-weight: 400; }
table.words th, table.words td { text-align: left; white-space: normal; }
table.words td:first-child { white-space: nowrap; }
tr.real { background: var(--real); } .yes { color: #2c7a3f; } .no { color: #b3402f; }
@media (prefers-color-scheme: dark) { .yes { color: #7fce92; } .no { color: #f0917f; } }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { font-size: .88rem; margin: 0 0 .3rem; }
.tiles { position: relative; border-radius: .4rem; overflow: hidden; background: #121418; }
.tiles img { display: block; width: 100%; height: auto; }
.tiles div { position: absolute; inset: 0; display: grid; grid-template-columns: repeat(4, 1fr);
  grid-auto-rows: 1fr; }
.tiles button { background: none; border: 2px solid transparent; border-radius: .3rem; cursor: pointer; padding: 0; }
.tiles button:hover, .tiles button:focus-visible, .tiles button.on { border-color: #ffd479; outline: none; }
button.play { font: inherit; color: var(--mark); background: none; border: 1px solid var(--line); border-radius: .4rem;
  padding: .1rem .6rem; cursor: pointer; } button.play.on, button.play:hover { border-color: var(--mark); }
button.play:focus-visible { outline: 2px solid var(--mark); }
svg.whisker { display: block; margin: .15rem 0 0 auto; } svg.whisker line { stroke: var(--soft); stroke-width: 1.5; }
svg.whisker circle { fill: var(--mark); } svg.whisker .zero { stroke: var(--line); }
svg.map { display: block; border-radius: .4rem; width: 13rem; max-width: 100%; height: auto; }
.key { margin-right: 1rem; white-space: nowrap; }
.key i { display: inline-block; width: .8em; height: .8em; border-radius: .2em; margin-right: .35em; }
details { margin: 0 0 .75rem; } summary { cursor: pointer; color: var(--soft); margin: 0 0 .5rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1.2rem; margin: .5rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
"""

SCRIPT = """
const player = new Audio();
let lit = null;
const rest = () => { if (lit) lit.classList.remove('on'); lit = null; };
player.addEventListener('ended', rest);
document.addEventListener('click', event => {
  const button = event.target.closest('button[data-sound]');
  if (!button) return;
  const again = button === lit && !player.paused;
  player.pause(); rest();
  if (again) return;
  player.src = button.dataset.sound;
  player.play().then(() => { lit = button; button.classList.add('on'); }, rest);
});
"""
