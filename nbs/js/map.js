import {badge, bars, button, bytes, choice, curves, draw, frame, h, named, news} from './kit.js';

function render({model, el}) {
  const s = model.get('setup'),
    done = frame(el, 'gx-map', 'Latent map: place, image and line'),
    act = (name, ...args) => model.send({do: name, args});
  const canvas = h('canvas', {role: 'img', 'aria-label': 'image at this place'}),
    said = h('figcaption'),
    level = badge(),
    chart = bars(s.classes),
    legend = h('div', {class: 'gx-legend'});
  const axis = (i, label) => {
    const input = h('input', {
      type: 'range',
      step: 'any',
      'aria-label': label,
      oninput: () => {
        const p = model.get('place').slice();
        p[i] = +input.value;
        model.set('place', p);
        model.save_changes();
      },
      onkeydown: e => {
        const way = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1}[e.key];
        if (way) {
          input.value = +input.value + (way * (input.max - input.min)) / 50;
          input.dispatchEvent(new Event('input'));
          e.preventDefault();
        }
      },
    });
    const name = h('span', {}, ''),
      out = h('output', {});
    return {input, name, out, box: h('div', {}, h('label', {}, name, out), input)};
  };
  const a = axis(0, 'across'),
    b = axis(1, 'up');
  const strip = h('div', {class: 'gx-strip', role: 'img'}),
    plot = curves(),
    way = h('div', {class: 'gx-way'}, strip, plot);
  const three = [0, 1, 2].map(i =>
    choice(
      `class ${i + 1} of the plane`,
      s.means.map(c => [c, s.classes[c].name]),
      () => {},
    ),
  );
  const points = h('input', {
    type: 'checkbox',
    checked: true,
    onchange: () => {
      model.set('points', points.checked);
      model.save_changes();
    },
  });
  three.forEach((t, i) => {
    t.value = s.means[Math.min(i, s.means.length - 1)];
  });
  const shown = () => draw(canvas, bytes(model.get('pixels')), 0, s);
  const told = () => {
    const i = model.get('info');
    chart.update(i.probs);
    level.update(i.badge);
    said.replaceChildren(named(s.classes[i.said]), ` ${i.probs[i.said].toFixed(3)}`);
  };
  const placed = () =>
    [a, b].forEach((x, i) => {
      const v = model.get('place')[i];
      if (document.activeElement !== x.input) x.input.value = v;
      x.out.textContent = v.toFixed(2);
    });
  const planed = () => {
    const p = model.get('plane_info');
    [a, b].forEach((x, i) => {
      x.input.min = p.lim[2 * i];
      x.input.max = p.lim[2 * i + 1];
      x.name.textContent = `${i ? '↑' : '→'} ${p.names[i]}`;
      x.input.setAttribute('aria-label', `${i ? 'up' : 'across'}: ${p.names[i]}`);
    });
    legend.replaceChildren(
      ...p.shares.map(([c, share]) => h('span', {}, named(s.classes[c]), ` ${(100 * share).toFixed(0)}%`)),
      h('span', {}, p.note),
    );
    three.forEach((t, i) => {
      if (p.three.length) t.value = p.three[i];
    });
    placed();
  };
  const pointed = () => {
    points.checked = model.get('points');
  };
  const lined = () => {
    const l = model.get('line');
    way.hidden = !l.t;
    if (!l.t) return;
    const data = bytes(model.get('line_pixels'));
    strip.replaceChildren(
      ...l.t.map((_, i) => {
        const c = h('canvas');
        draw(c, data, i, s);
        return c;
      }),
    );
    strip.setAttribute('aria-label', l.text);
    plot.show(l);
    plot.at(-1);
  };
  el.append(
    h(
      'div',
      {class: 'gx-main'},
      h('div', {class: 'gx-picture'}, h('figure', {}, canvas, said)),
      h('div', {class: 'gx-side'}, chart, level),
    ),
    h('div', {class: 'gx-sliders'}, a.box, b.box),
    h(
      'div',
      {class: 'gx-row'},
      button('Line starts here', () => act('line_start', model.get('place'))),
      button('Line ends here', () => act('line_end', model.get('place'))),
      button('Clear line', () => act('clear_line')),
      h('label', {}, points, ' data points'),
    ),
    h(
      'div',
      {class: 'gx-row'},
      button('Principal plane', () => act('use_plane', 'principal')),
      h('span', {}, 'or through'),
      ...three,
      button(
        'Show this plane',
        () =>
          act(
            'use_plane',
            three.map(t => +t.value),
          ),
        {disabled: s.means.length < 3},
      ),
    ),
    legend,
    way,
    news(model),
  );
  // ipycanvas takes every key and Tab never leaves it: out of the tab order with it, all it does has a control above
  const free = () => {
    const box = el.closest('.gx-mapbox');
    if (box)
      box.querySelectorAll('canvas[tabindex]').forEach(c => {
        c.removeAttribute('tabindex');
        c.setAttribute('role', 'img');
        c.setAttribute('aria-label', 'map of the classes; the sliders below move over it');
      });
  };
  const watch = new MutationObserver(free);
  requestAnimationFrame(() => {
    const box = el.closest('.gx-mapbox');
    if (box) {
      free();
      watch.observe(box, {childList: true, subtree: true, attributes: true, attributeFilter: ['tabindex']});
    }
  });
  const on = {
    'change:pixels': shown,
    'change:info': told,
    'change:place': placed,
    'change:plane_info': planed,
    'change:line': lined,
    'change:points': pointed,
  };
  for (const [k, f] of Object.entries(on)) model.on(k, f);
  shown();
  planed();
  told();
  lined();
  pointed();
  return () => {
    done();
    watch.disconnect();
    for (const [k, f] of Object.entries(on)) model.off(k, f);
  };
}

export default {render};
