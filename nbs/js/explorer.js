// LatentExplorer: sliders, the image, the bars, and pins to compare with.

import {
  actor,
  badge,
  bars,
  button,
  bytes,
  choice,
  copy,
  draw,
  follow,
  frame,
  h,
  head,
  named,
  news,
  row,
  tell,
} from './kit.js';

/** What a slider is called: [name, what lies at its low end, what at its high end], and what it counts in */
export const spoken = ([name, low, high], unit) => {
  const ends = low || high ? `, from ${low || 'other'} to ${high || 'other'}` : '';
  return `${name + ends}, in ${unit}`;
};

const slider = (axis, {reach, unit}, slid) => {
  const [name, low, high] = axis,
    out = h('output', {}),
    range = {type: 'range', min: -reach, max: reach, step: 0.05, 'aria-label': spoken(axis, unit)},
    moved = () => {
      out.textContent = (+input.value).toFixed(2);
      slid(+input.value);
    },
    input = h('input', {...range, oninput: moved}),
    ends = h('label', {}, h('span', {}, low && `− ${low}`), h('span', {}, high && `${high} +`));
  return {input, out, box: h('div', {}, h('label', {}, h('span', {}, name), out), input, ends)};
};

/** One slider per axis: `build()` makes them anew, `place()` puts them where the weights are. */
const sliders = model => {
  const box = h('div', {class: 'gx-sliders'});
  let all = [];
  const slid = (i, value) => {
    tell(
      model,
      'weights',
      model.get('weights').map((w, k) => (k === i ? value : w)),
    );
  };
  box.place = () =>
    model.get('weights').forEach((w, i) => {
      if (!all[i]) return;
      all[i].input.value = w;
      all[i].out.textContent = w.toFixed(2);
    });
  box.build = () => {
    all = model.get('names').map((axis, i) => slider(axis, model.get('scale'), value => slid(i, value)));
    box.replaceChildren(...all.map(s => s.box));
    box.place();
  };
  return box;
};

/** The buttons that go somewhere, and what the sliders stand for. */
const startRow = (s, act) => {
  const number = h('input', {
      type: 'number',
      min: 0,
      max: Math.max(0, s.n_data - 1),
      value: 0,
      'aria-label': 'number of the data image',
    }),
    axes = [
      ['principal', 'Principal directions'],
      ['raw', 'Raw dimensions'],
      ...(s.given ? [['given', 'Given directions']] : []),
    ],
    kind = choice('directions of the sliders', axes, v => act('use_axes', v)),
    means = [['', 'Centroid of …'], ...s.means.map(c => [c, s.classes[c].name])],
    go = v => v !== '' && act('start_class', +v),
    box = row(
      head('Start from'),
      button('Middle', () => act('start_middle')),
      button('Random draw', () => act('start_random')),
      s.means.length ? choice('start from the centroid of a class', means, go) : null,
      s.n_data
        ? h(
            'span',
            {class: 'gx-row'},
            button('Data image', () => act('start_data', +number.value)),
            number,
          )
        : null,
      kind,
    );
  box.tell = info => {
    kind.value = info.kind;
    if (info.index != null) number.value = info.index;
  };
  return box;
};

/** An image with what is said of it. */
const picture = (label, props) => {
  const canvas = h('canvas', {'aria-label': label, role: 'img'}),
    text = h('figcaption'),
    box = h('figure', props, canvas, text);
  return {box, canvas, text};
};

const pinCard = (s, pixels, act) => (x, k) => {
  const c = h('canvas', {role: 'img', 'aria-label': `pin ${k + 1}: ${s.classes[x.pred].name}`});
  draw(c, pixels, k, s);
  return h(
    'div',
    {class: 'gx-pin', role: 'listitem'},
    c,
    h('div', {}, named(s.classes[x.pred]), ` ${x.probs[x.pred].toFixed(2)}`),
    h('div', {class: 'gx-note'}, x.stability),
    button('Compare', () => act('compare', k), {'aria-label': `compare with pin ${k + 1}`}),
    button('Go', () => act('go', k), {'aria-label': `go to pin ${k + 1}`}),
    button('✕', () => act('unpin', k), {'aria-label': `remove pin ${k + 1}`}),
  );
};

/** The image, its bars, its badge, and beside it the pin that it is compared with. */
const stage = (model, s) => {
  const now = picture('decoded image', {}),
    old = picture('pinned image', {class: 'gx-picture gx-old'}),
    chart = bars(s.classes),
    level = badge(),
    start = h('div', {class: 'gx-note gx-start'}),
    side = h('div', {class: 'gx-side'}, chart, level, start),
    box = h('div', {class: 'gx-main'}, h('div', {class: 'gx-picture'}, now.box), old.box, side);
  box.draw = () => draw(now.canvas, bytes(model.get('pixels')), 0, s);
  box.tell = (i, other) => {
    chart.update(i.probs, other?.probs);
    level.update(i.badge);
    now.text.replaceChildren(named(s.classes[i.pred]), ` ${i.probs[i.pred].toFixed(3)}`);
    start.textContent = `${i.start} · more usual than ${(100 * i.typical).toFixed(1)}% of random draws`;
    old.box.hidden = !other;
    if (!other) return;
    draw(old.canvas, bytes(model.get('pin_pixels')), i.other, s);
    old.text.replaceChildren(
      `pin ${i.other + 1}: `,
      named(s.classes[other.pred]),
      ` ${other.probs[other.pred].toFixed(3)} · ${other.stability} · total variation to it ${i.tv.toFixed(2)} (black marks)`,
    );
  };
  return box;
};

/** The pins, side by side. */
const pinStrip = (model, s, act) => {
  const box = h('div', {class: 'gx-pins', role: 'list', 'aria-label': 'pinned images'});
  box.show = () => {
    box.replaceChildren(...model.get('pins').items.map(pinCard(s, bytes(model.get('pin_pixels')), act)));
  };
  return box;
};

/** The latent as code: the kernel writes it, we copy it. */
const codeArea = model => {
  const area = h('textarea', {rows: 4, readonly: true, hidden: true, 'aria-label': 'the latent as Python'});
  area.show = () => model.get('code') && copy(model.get('code'), area);
  return area;
};

function render({model, el}) {
  const s = model.get('setup'),
    done = frame(el, 'gx-explorer', 'Latent explorer'),
    act = actor(model),
    from = startRow(s, act),
    main = stage(model, s),
    axes = sliders(model),
    pins = pinStrip(model, s, act),
    area = codeArea(model),
    note = news(model),
    stop = button('Stop comparing', () => act('compare', null)),
    code = button('Copy latent as code', () => act('show_code')),
    pin = button('Pin', () => act('pin'));
  const inform = () => {
    const info = model.get('info'),
      other = model.get('pins').items[info.other];
    from.tell(info);
    main.tell(info, other);
    stop.disabled = !other;
  };
  const pinned = () => {
    pins.show();
    inform();
  };
  el.append(from, main, axes, row(pin, stop, code), pins, area, note);
  axes.build();
  main.draw();
  pinned();
  const heard = {pixels: main.draw, info: inform, pins: pinned, names: axes.build, weights: axes.place},
    deaf = follow(model, {...heard, code: area.show, message: note.say});
  return () => {
    done();
    deaf();
  };
}

export default {render};
