// LatentMap: what stands below the map. The map itself is painted by ipycanvas.

import {curves} from './curves.js';
import {actor, badge, bars, button, bytes, choice, draw, follow, frame, h, named, news, row, tell} from './kit.js';

/** Where an arrow key goes along an axis. */
const WAYS = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1};

/** A slider along axis i of the plane; arrow keys go a fiftieth of it (the step itself is 'any', so that a mouse is exact). */
const axisSlider = (i, moved) => {
  const name = h('span', {}, ''),
    out = h('output', {}),
    input = h('input', {type: 'range', step: 'any', 'aria-label': i ? 'up' : 'across'});
  input.addEventListener('input', () => moved(i, +input.value));
  input.addEventListener('keydown', e => {
    if (!WAYS[e.key]) return;
    input.value = +input.value + (WAYS[e.key] * (input.max - input.min)) / 50;
    input.dispatchEvent(new Event('input'));
    e.preventDefault();
  });
  const rename = (lim, text) => {
    [input.min, input.max] = [lim[2 * i], lim[2 * i + 1]];
    name.textContent = `${i ? '↑' : '→'} ${text}`;
    input.setAttribute('aria-label', `${i ? 'up' : 'across'}: ${text}`);
  };
  return {input, out, rename, box: h('div', {}, h('label', {}, name, out), input)};
};

/** Both sliders: `rename(plane)` for another plane, `place()` for another place. */
const sliders = model => {
  const moved = (i, value) => {
      tell(
        model,
        'place',
        model.get('place').map((v, k) => (k === i ? value : v)),
      );
    },
    both = [axisSlider(0, moved), axisSlider(1, moved)],
    box = h('div', {class: 'gx-sliders'}, ...both.map(a => a.box));
  box.place = () => {
    both.forEach((a, i) => {
      const v = model.get('place')[i];
      if (document.activeElement !== a.input) a.input.value = v; // the slider that is being moved is ahead of the kernel
      a.out.textContent = v.toFixed(2);
    });
  };
  box.rename = plane => {
    both.forEach((a, i) => {
      a.rename(plane.lim, plane.names[i]);
    });
    box.place();
  };
  return box;
};

/** The image at the place, what is said of it, its bars and its badge. */
const stage = (model, s) => {
  const canvas = h('canvas', {role: 'img', 'aria-label': 'image at this place'}),
    caption = h('figcaption'),
    chart = bars(s.classes),
    level = badge(),
    picture = h('div', {class: 'gx-picture'}, h('figure', {}, canvas, caption)),
    box = h('div', {class: 'gx-main'}, picture, h('div', {class: 'gx-side'}, chart, level));
  box.draw = () => draw(canvas, bytes(model.get('pixels')), 0, s);
  box.tell = () => {
    const i = model.get('info');
    chart.update(i.probs);
    level.update(i.badge);
    caption.replaceChildren(named(s.classes[i.pred]), ` ${i.probs[i.pred].toFixed(3)}`);
  };
  return box;
};

/** What lies along the line: some images, and the curves. */
const lineBox = (model, s) => {
  const strip = h('div', {class: 'gx-strip', role: 'img'}),
    plot = curves(),
    box = h('div', {class: 'gx-path'}, strip, plot);
  box.show = () => {
    const line = model.get('line');
    box.hidden = !line.t;
    if (!line.t) return;
    const images = line.t.map(() => h('canvas'));
    images.forEach((c, i) => {
      draw(c, bytes(model.get('line_pixels')), i, s);
    });
    strip.replaceChildren(...images);
    strip.setAttribute('aria-label', line.text);
    plot.show(line);
    plot.at(-1);
  };
  return box;
};

/** Where the line starts and ends, and whether points are shown. The place goes along, see `line_start` in Python. */
const lineRow = (model, act) => {
  const points = h('input', {type: 'checkbox', checked: true, onchange: () => tell(model, 'points', points.checked)}),
    box = row(
      button('Line starts here', () => act('line_start', model.get('place'))),
      button('Line ends here', () => act('line_end', model.get('place'))),
      button('Clear line', () => act('clear_line')),
      h('label', {}, points, ' data points'),
    );
  box.tell = () => {
    points.checked = model.get('points');
  };
  return box;
};

/** Which plane: the principal one, or the one through three classes. */
const planeRow = (s, act) => {
  const means = s.means.map(c => [c, s.classes[c].name]),
    three = [1, 2, 3].map(i => choice(`class ${i} of the plane`, means, () => {})),
    chosen = () => three.map(t => +t.value),
    box = row(
      button('Principal plane', () => act('use_plane', 'principal')),
      h('span', {}, 'or through'),
      ...three,
      button('Show this plane', () => act('use_plane', chosen()), {disabled: s.means.length < 3}),
    );
  box.show = classes => {
    classes.forEach((c, i) => {
      three[i].value = c;
    });
  };
  box.show([0, 1, 2].map(i => s.means[Math.min(i, s.means.length - 1)]));
  return box;
};

const shares = (plane, s) => [
  ...plane.shares.map(([c, share]) => h('span', {}, named(s.classes[c]), ` ${(100 * share).toFixed(0)}%`)),
  h('span', {}, plane.note),
];

/**
 * ipycanvas takes every key, and Tab never leaves it: out of the tab order with it; all that it does has a control here.
 * It may set its tabindex at any time, and the box around us is there only once the view is in the page: we look in the
 * next frame, and again whenever something changes.
 */
const freeTheTab = el => {
  const free = box =>
    box.querySelectorAll('canvas[tabindex]').forEach(c => {
      c.removeAttribute('tabindex');
      c.setAttribute('role', 'img');
      c.setAttribute('aria-label', 'map of the classes; the sliders below move over it');
    });
  const watch = new MutationObserver(() => {
    const box = el.closest('.gx-mapbox');
    if (box) free(box);
  });
  requestAnimationFrame(() => {
    const box = el.closest('.gx-mapbox');
    if (!box) return;
    free(box);
    watch.observe(box, {childList: true, subtree: true, attributes: true, attributeFilter: ['tabindex']});
  });
  return () => watch.disconnect();
};

function render({model, el}) {
  const s = model.get('setup'),
    done = frame(el, 'gx-map', 'Latent map: place, image and line'),
    act = actor(model),
    main = stage(model, s),
    axes = sliders(model),
    line = lineRow(model, act),
    plane = planeRow(s, act),
    legend = h('div', {class: 'gx-legend'}),
    path = lineBox(model, s),
    note = news(model);
  const planed = () => {
    const info = model.get('plane_info');
    axes.rename(info);
    plane.show(info.three);
    legend.replaceChildren(...shares(info, s));
  };
  el.append(main, axes, line, plane, legend, path, note);
  main.draw();
  planed();
  main.tell();
  path.show();
  line.tell();
  const tabs = freeTheTab(el),
    heard = {
      pixels: main.draw,
      info: main.tell,
      place: axes.place,
      plane_info: planed,
      line: path.show,
      points: line.tell,
    },
    deaf = follow(model, {...heard, message: note.say});
  return () => {
    done();
    tabs();
    deaf();
  };
}

export default {render};
