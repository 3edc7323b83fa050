// LabelingGrid: a list box of tiles. What the keys do is in grid_keys.js, what is saved in grid_acks.js.

import {allAnswered, answered, nothingSent, report, sending} from './grid_acks.js';
import {begun, click, focusOn, judge, opened, pickAll, press, settled, turn} from './grid_keys.js';
import {columnsOf, inscribe, tile} from './grid_tiles.js';
import {countBox, judgeRow, manyRow, pageRow} from './grid_tools.js';
import {bytes, follow, frame, h, news} from './kit.js';

const HINT =
  'Arrows move, Shift selects a range, Space picks, Ctrl+A all; the key of a class judges and goes on; Enter accepts; ' +
  'z undoes, y does again; Page keys turn; / finds a class; Tab leaves.';

const CLOSED = 'This grid is closed and takes no more judgements. Run its cell again to go on.';

/** An event of keyboard or mouse, as grid_keys.js knows it. */
const plain = e => ({key: e.key, shift: e.shiftKey, ctrl: e.ctrlKey || e.metaKey, alt: e.altKey});

/** Asks the kernel; `view` tells our answers from those to another view of the same grid. */
const send = (g, name, args) => {
  g.acks = sending(g.acks, Date.now());
  g.model.send({do: 'serve', args: [name, args, g.view, g.acks.sent]});
  paintSaved(g);
};

const paintSaved = g => {
  const {save, lost} = report(g.acks, Date.now());
  g.parts.count.save.textContent = save;
  g.parts.lost.hidden = !lost;
  if (lost) g.parts.lost.textContent = lost;
};

/** Takes a step of grid_keys.js: the new state, its actions, and how the tiles look then. */
const apply = (g, {state, actions}) => {
  g.state = state;
  g.tiles.forEach((t, i) => {
    t.tabIndex = i === state.at ? 0 : -1;
    t.setAttribute('aria-selected', state.picked.includes(i));
  });
  for (const [what, name, ...args] of actions) {
    if (what === 'send') send(g, name, args);
    else if (what === 'focus') g.tiles[state.at]?.focus();
    else if (what === 'find') g.parts.judge.find.focus();
  }
};

/** A page: its tiles, and the tools that depend on it. */
const paintPage = g => {
  const t = g.model.get('tiles'),
    data = bytes(g.model.get('pixels')),
    focused = g.parts.list.contains(document.activeElement) || g.state.jump !== null;
  g.built = t;
  g.tiles = t.items.map((item, i) => tile(item, data, i, g.s));
  g.parts.list.replaceChildren(...g.tiles);
  g.parts.none.hidden = g.tiles.length > 0;
  g.parts.page.tell(t);
  g.parts.many.show(t);
  paintStatus(g);
  const page = {images: t.items.map(x => x.at), page: t.page, pages: t.pages, hidden: t.hidden};
  apply(g, opened({...g.state, columns: columnsOf(g.tiles)}, page, focused));
};

/**
 * Judgements, counts and an answer, of the page that is built. One message of the kernel may bring a page and its
 * judgements: whichever of the two is heard of first, the page is built first, and comes back here.
 */
const paintStatus = g => {
  const {items, hidden} = g.model.get('tiles'),
    st = g.model.get('status');
  if (g.model.get('tiles') !== g.built) return;
  if (st.ack && st.ack[0] === g.view) acknowledge(g, st.ack[1]);
  if (st.marks.length === items.length)
    items.forEach((item, i) => {
      inscribe(g.tiles[i], i, item, {mark: st.marks[i], stability: st.stability[i], classes: g.s.classes, hidden});
    });
  g.parts.count.tell(st.counts, hidden);
  g.parts.many.tell(st);
  g.parts.closed.hidden = !st.closed;
  if (st.closed) for (const e of g.el.querySelectorAll('button, select, input')) e.disabled = true;
  paintSaved(g);
};

/**
 * An answer. If nothing is on its way after it and still a page is waited for, none will come: it was refused, or an undone
 * image was on this page all along. Whether a page has come with the answer is known only after the other events of this
 * message, hence the timer; by then another answer may have come, hence a fresh look at the status.
 */
const acknowledge = (g, number) => {
  g.acks = answered(g.acks, number, Date.now());
  setTimeout(() => {
    if (g.state.jump !== null && allAnswered(g.acks)) apply(g, settled(g.state, g.model.get('status').back));
  });
};

const listen = (g, list) => {
  list.addEventListener('keydown', e => {
    const next = press({...g.state, columns: columnsOf(g.tiles)}, plain(e));
    if (!next.ours) return;
    apply(g, next);
    e.preventDefault();
  });
  list.addEventListener('click', e => {
    const i = g.tiles.indexOf(e.target.closest('.gx-tile'));
    if (i >= 0) apply(g, click(g.state, i, plain(e)));
  });
};

/** All parts, put into the page; what they do goes through `apply` and `send`. */
const makeParts = g => {
  const {s, model} = g,
    act = (name, ...args) => send(g, name, args),
    mark = to => apply(g, judge(g.state, to)),
    list = {class: 'gx-tiles', role: 'listbox', 'aria-multiselectable': 'true', 'aria-label': 'images'};
  const p = {
    page: pageRow(s, act, d => apply(g, turn(g.state, d))),
    count: countBox(),
    judge: judgeRow(s, g.view, mark, () => apply(g, focusOn(g.state, g.state.at))),
    many: manyRow(s, act, () => apply(g, pickAll(g.state))),
    closed: h('div', {class: 'gx-news', role: 'status', hidden: true}, CLOSED),
    lost: h('div', {class: 'gx-news gx-lost', role: 'alert', hidden: true}),
    note: news(model),
    list: h('div', list),
    none: h('div', {class: 'gx-note', hidden: true}, 'There is no image under this filter.'),
  };
  const tools = h('div', {class: 'gx-tools'}, p.judge.box, p.many, p.closed, p.lost, p.note);
  g.el.append(p.page, ...p.count.parts, tools, p.list, p.none, h('div', {class: 'gx-note'}, HINT));
  return p;
};

function render({model, el}) {
  const s = model.get('setup'),
    view = Math.random().toString(36).slice(2),
    done = frame(el, 'gx-grid', 'Labelling grid'),
    g = {model, el, s, view, state: begun(s.keys), acks: nothingSent, tiles: [], built: null};
  g.parts = makeParts(g);
  listen(g, g.parts.list);
  paintPage(g);
  const timer = setInterval(() => paintSaved(g), 500),
    deaf = follow(model, {tiles: () => paintPage(g), status: () => paintStatus(g), message: g.parts.note.say});
  return () => {
    clearInterval(timer);
    done();
    deaf();
  };
}

export default {render};
