// The tiles of the labelling grid: an image, what the classifier says, what was judged.

import {draw, h, named} from './kit.js';

const OTHERS = {
  not_real: {name: 'not real', glyph: '⊘', color: '#767676'},
  unsure: {name: 'unsure', glyph: '?', color: '#767676'},
};

/** How a judgement looks: a class by its number, or 'not_real', 'unsure'; null: there is none. */
export const lookOf = (mark, classes) => (mark == null ? null : OTHERS[mark] || classes[mark]);

/** Does a judgement say otherwise than the classifier? Not told while predictions are hidden. */
export const differs = (mark, item, hidden) => typeof mark === 'number' && !hidden && mark !== item.pred;

/** @param {{at: number}} item; data: the pixels of the page; i: the tile's place; s: {w, h, c} */
export const tile = (item, data, i, s) => {
  const c = h('canvas', {'aria-hidden': 'true'}),
    lines = [h('div', {class: 'gx-pred'}), h('div', {class: 'gx-given'})];
  draw(c, data, i, s);
  return h('div', {class: 'gx-tile', role: 'option', 'data-at': item.at}, c, ...lines);
};

const predicted = (item, look, stability) => [
  h('div', {title: look.name}, named(look)),
  h('div', {}, `p ${item.conf.toFixed(2)}`),
  h('div', {}, stability),
];

/** What a screen reader says of tile i. */
export const spokenTile = (i, item, {mark, stability, classes, hidden}) => {
  const look = lookOf(mark, classes),
    firm = stability && ` · ${stability}`,
    guess = hidden ? '' : `, predicted ${classes[item.pred].name}, ${item.conf.toFixed(2)}${firm}`,
    given = look ? `judged ${look.name}` : 'not judged';
  return `image ${i + 1}${guess}, ${given}${differs(mark, item, hidden) ? ', differs' : ''}`;
};

/** Puts onto tile i what is known of it: {mark, stability (a number or null), classes, hidden} */
export const inscribe = (e, i, item, known) => {
  const {mark, classes, hidden} = known,
    look = lookOf(mark, classes),
    stability = known.stability == null ? '' : `stability ${known.stability.toFixed(2)}`,
    given = e.querySelector('.gx-given');
  given.replaceChildren(...(look ? [differs(mark, item, hidden) ? '≠ ' : '', named(look)] : ['—']));
  given.title = look ? look.name : '';
  e.style.borderColor = look ? look.color : 'transparent';
  e.style.borderStyle = typeof mark === 'string' ? 'dashed' : 'solid';
  e.querySelector('.gx-pred').replaceChildren(...(hidden ? [] : predicted(item, classes[item.pred], stability)));
  e.setAttribute('aria-label', spokenTile(i, item, {...known, stability}));
  e.dataset.mark = mark == null ? '' : String(mark);
};

/** How many tiles stand in the first row. */
export const columnsOf = tiles => {
  const n = tiles.findIndex(t => t.offsetTop !== tiles[0].offsetTop);
  return n < 0 ? tiles.length || 1 : n;
};
