import {badge, bars, button, bytes, choice, copy, draw, frame, h, named, news} from './kit.js';

function render({model, el}) {
  const s = model.get('setup'),
    done = frame(el, 'gx-explorer', 'Latent explorer'),
    act = (name, ...args) => model.send({do: name, args});
  const now = h('canvas', {'aria-label': 'decoded image', role: 'img'}),
    old = h('canvas', {'aria-label': 'pinned image', role: 'img'});
  const nowText = h('figcaption'),
    oldText = h('figcaption'),
    oldBox = h('figure', {class: 'gx-picture gx-old'}, old, oldText);
  const level = badge(),
    chart = bars(s.classes),
    sliders = h('div', {class: 'gx-sliders'}),
    start = h('div', {class: 'gx-note gx-start'});
  const area = h('textarea', {rows: 4, readonly: true, hidden: true, 'aria-label': 'the latent as Python'});
  const pins = h('div', {class: 'gx-pins', role: 'list', 'aria-label': 'pinned images'}),
    number = h('input', {
      type: 'number',
      min: 0,
      max: Math.max(0, s.n_data - 1),
      value: 0,
      'aria-label': 'number of the data image',
    });
  const kind = choice(
    'directions of the sliders',
    [
      ['principal', 'Principal directions'],
      ['raw', 'Raw dimensions'],
    ],
    v => act('use_axes', v),
  );
  const stop = button('Stop comparing', () => act('compare', null));
  let inputs = [];
  const build = () => {
    // one slider per axis
    const names = model.get('names');
    inputs = names.map(([name, low, high], i) => {
      const out = h('output', {}),
        input = h('input', {
          type: 'range',
          min: -4,
          max: 4,
          step: 0.05,
          'aria-label':
            name + (low || high ? `, from ${low || 'other'} to ${high || 'other'}` : '') + ', in standard deviations',
          oninput: () => {
            out.textContent = (+input.value).toFixed(2);
            const w = model.get('weights').slice();
            w[i] = +input.value;
            model.set('weights', w);
            model.save_changes();
          },
        });
      return {
        input,
        out,
        box: h(
          'div',
          {},
          h('label', {}, h('span', {}, name), out),
          input,
          h('label', {}, h('span', {}, low ? '− ' + low : ''), h('span', {}, high ? high + ' +' : '')),
        ),
      };
    });
    sliders.replaceChildren(...inputs.map(i => i.box));
  };
  const place = () =>
    model.get('weights').forEach((w, i) => {
      if (!inputs[i]) return;
      inputs[i].input.value = w;
      inputs[i].out.textContent = w.toFixed(2);
    });
  const shown = () => draw(now, bytes(model.get('pixels')), 0, s);
  const told = () => {
    const i = model.get('info'),
      p = model.get('pins'),
      other = p.items[i.other];
    chart.update(i.probs, other && other.probs);
    level.update(i.badge);
    kind.value = i.kind;
    if (i.index != null) number.value = i.index;
    nowText.replaceChildren(named(s.classes[i.said]), ` ${i.probs[i.said].toFixed(3)}`);
    start.textContent = `${i.start} · z is longer than ${(100 * i.typical).toFixed(1)}% of random draws`;
    oldBox.hidden = !other;
    stop.disabled = !other;
    if (other) {
      draw(old, bytes(model.get('pin_pixels')), i.other, s);
      oldText.replaceChildren(
        `pin ${i.other + 1}: `,
        named(s.classes[other.said]),
        ` ${other.probs[other.said].toFixed(3)} · ${other.robust} · total variation to it ${i.tv.toFixed(2)} (black marks)`,
      );
    }
  };
  const pinned = () => {
    const p = model.get('pins');
    pins.replaceChildren(
      ...p.items.map((x, k) => {
        const c = h('canvas', {role: 'img', 'aria-label': `pin ${k + 1}: ${s.classes[x.said].name}`});
        draw(c, bytes(model.get('pin_pixels')), k, s);
        return h(
          'div',
          {class: 'gx-pin', role: 'listitem'},
          c,
          h('div', {}, named(s.classes[x.said]), ` ${x.probs[x.said].toFixed(2)}`),
          h('div', {class: 'gx-note'}, x.robust),
          button('Compare', () => act('compare', k), {'aria-label': `compare with pin ${k + 1}`}),
          button('Go', () => act('go', k), {'aria-label': `go to pin ${k + 1}`}),
          button('✕', () => act('unpin', k), {'aria-label': `remove pin ${k + 1}`}),
        );
      }),
    );
    told();
  };
  el.append(
    h(
      'div',
      {class: 'gx-row'},
      h('span', {class: 'gx-head'}, 'Start from'),
      button('Middle', () => act('start_middle')),
      button('Random draw', () => act('start_random')),
      s.means.length
        ? choice(
            'start from the centroid of a class',
            [['', 'Centroid of …'], ...s.means.map(c => [c, s.classes[c].name])],
            v => v !== '' && act('start_class', +v),
          )
        : null,
      s.n_data
        ? h(
            'span',
            {class: 'gx-row'},
            button('Data image', () => act('start_data', +number.value)),
            number,
          )
        : null,
      kind,
    ),
    h(
      'div',
      {class: 'gx-main'},
      h('div', {class: 'gx-picture'}, h('figure', {}, now, nowText)),
      oldBox,
      h('div', {class: 'gx-side'}, chart, level, start),
    ),
    sliders,
    h(
      'div',
      {class: 'gx-row'},
      button('Pin', () => act('pin')),
      stop,
      button('Copy latent as code', () => act('show_code')),
    ),
    pins,
    area,
    news(model),
  );
  const back = () => {
    build();
    place();
  };
  const coded = () => model.get('code') && copy(model.get('code'), area);
  const on = {
    'change:pixels': shown,
    'change:info': told,
    'change:pins': pinned,
    'change:names': back,
    'change:weights': place,
    'change:code': coded,
  };
  for (const [k, f] of Object.entries(on)) model.on(k, f);
  back();
  shown();
  pinned();
  return () => {
    done();
    for (const [k, f] of Object.entries(on)) model.off(k, f);
  };
}

export default {render};
