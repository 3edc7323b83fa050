// Probabilities along a path, with a cursor. A path: {t, series: [{look, probs, dash, thin}], crossings, text}

import {h} from './kit.js';

const DASH = ['', '', '8 4', '8 3 2 3', '2 3', '14 3', '8 3 2 3 2 3'];

/** The picture: its width and height, and the room left of and below the axes. */
const W = 600,
  H = 190,
  L = 46,
  B = 30;

const x = t => L + t * (W - L - 8);

const y = p => 8 + (1 - p) * (H - B - 8);

/** Where on the path a place of the screen lies, from 0 to 1; r: the rectangle of the picture on the screen */
export const along = (clientX, r) => {
  return Math.min(1, Math.max(0, (((clientX - r.left) / r.width) * W - L) / (W - L - 8)));
};

const middle = (props, text) => h('svg:text', {'text-anchor': 'middle', ...props}, text);

const axes = () => [
  ...[0, 0.5, 1].flatMap(v => [
    h('svg:line', {x1: L, x2: W - 8, y1: y(v), y2: y(v), class: 'gx-line'}),
    h('svg:text', {x: L - 5, y: y(v) + 4, 'text-anchor': 'end'}, String(v)),
  ]),
  ...[0, 0.25, 0.5, 0.75, 1].map(v => middle({x: x(v), y: H - B + 15}, String(v))),
  middle({x: (L + W) / 2, y: H - 3}, 'position on the path'),
  middle({x: 10, y: (H - B) / 2, transform: `rotate(-90 10 ${(H - B) / 2})`}, 'probability'),
];

const crossing = t => [
  h('svg:line', {x1: x(t), x2: x(t), y1: 8, y2: H - B, class: 'gx-cross'}),
  h('svg:text', {x: x(t) + 3, y: 18, class: 'gx-cross-at'}, t.toFixed(3)),
];

const curve = (t, s) =>
  h('svg:polyline', {
    points: t.map((v, i) => `${x(v)},${y(s.probs[i])}`).join(' '),
    class: s.thin ? 'gx-curve gx-thin' : 'gx-curve',
    stroke: s.look.color,
    'stroke-dasharray': DASH[s.dash % 7],
    'data-name': s.look.name,
  });

const entry = s => {
  const stroke = {stroke: s.look.color, 'stroke-dasharray': DASH[s.dash % 7]},
    line = h('svg:line', {x1: 0, x2: 30, y1: 4, y2: 4, class: 'gx-curve', ...stroke});
  return h('span', {}, h('svg:svg', {width: 30, height: 8, 'aria-hidden': 'true'}, line), ' ', s.look.name);
};

/**
 * `show(path)` draws one, `at(t)` moves the cursor.
 * @param {(t: number) => void} [pick] called with the place that is pressed
 */
export const curves = pick => {
  const svg = h('svg:svg', {viewBox: `0 0 ${W} ${H}`, class: 'gx-curves', role: 'img'}),
    legend = h('div', {class: 'gx-legend'}),
    box = h('div', {}, svg, legend),
    cursor = h('svg:line', {y1: 8, y2: H - B, class: 'gx-cursor'});
  if (pick) svg.addEventListener('pointerdown', e => pick(along(e.clientX, svg.getBoundingClientRect())));
  box.show = p => {
    svg.replaceChildren(...axes(), ...p.crossings.flatMap(crossing), ...p.series.map(s => curve(p.t, s)), cursor);
    svg.setAttribute('aria-label', p.text);
    legend.replaceChildren(...p.series.map(entry));
  };
  box.at = t => {
    cursor.setAttribute('x1', x(t));
    cursor.setAttribute('x2', x(t));
  };
  return box;
};
