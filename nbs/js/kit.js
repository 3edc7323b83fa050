export const h = (tag, props, ...kids) => {
  // an element; children that are text stay text
  const e = tag.startsWith('svg:')
    ? document.createElementNS('http://www.w3.org/2000/svg', tag.slice(4))
    : document.createElement(tag);
  for (const [k, v] of Object.entries(props || {})) {
    if (k.startsWith('on')) e.addEventListener(k.slice(2), v);
    else if (v !== false && v != null) e.setAttribute(k, v === true ? '' : v);
  }
  e.append(...kids.filter(x => x != null));
  return e;
};

export const own = e => !(e.ctrlKey || e.metaKey || e.altKey) || 'zya'.includes(e.key.toLowerCase());

export const frame = (el, name, label) => {
  // our part of the page; keys that are ours do not reach the notebook
  el.classList.add('gx', name);
  el.setAttribute('role', 'group');
  el.setAttribute('aria-label', label);
  const guard = e => {
    if (el.contains(e.target)) el.toggleAttribute('data-lm-suppress-shortcuts', own(e));
  };
  window.addEventListener('keydown', guard, true);
  el.addEventListener('keydown', e => {
    if (own(e)) e.stopPropagation();
  });
  return () => window.removeEventListener('keydown', guard, true);
};

export const bytes = view => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

export const draw = (canvas, data, i, s) => {
  // image i of many, byte by byte; s: {w, h, c}
  const n = s.w * s.h,
    o = i * n * s.c;
  if (data.length < o + n * s.c) return;
  canvas.width = s.w;
  canvas.height = s.h;
  const image = new ImageData(s.w, s.h),
    to = image.data;
  for (let p = 0; p < n; p++) {
    for (let k = 0; k < 3; k++) to[4 * p + k] = data[o + p * s.c + (s.c === 3 ? k : 0)];
    to[4 * p + 3] = 255;
  }
  canvas.getContext('2d').putImageData(image, 0, 0);
};

export const named = look =>
  h(
    'span',
    {class: 'gx-class'},
    h('span', {class: 'gx-glyph', style: `border-color:${look.color}`, 'aria-hidden': 'true'}, look.glyph),
    look.name,
  );

export const bars = looks => {
  // probabilities of all classes, or of the 20 most probable and the rest
  const all = looks.length <= 20,
    box = h('div', {class: 'gx-bars'});
  const rows = [...Array(all ? looks.length : 20).keys()].map(() => {
    const name = h('span', {class: 'gx-name'}),
      fill = h('div', {class: 'gx-fill'}),
      mark = h('div', {class: 'gx-mark', hidden: true}),
      num = h('span', {class: 'gx-num'});
    const row = h(
      'div',
      {class: 'gx-bar', role: 'meter', 'aria-valuemin': 0, 'aria-valuemax': 1},
      name,
      h('div', {class: 'gx-track'}, fill, mark),
      num,
    );
    box.append(row);
    return {row, name, fill, mark, num, shown: -1};
  });
  const rest = h('div', {class: 'gx-rest'});
  if (!all) box.append(rest);
  box.update = (probs, other) => {
    const order = all
      ? probs.map((_, i) => i)
      : probs
          .map((_, i) => i)
          .sort((a, b) => probs[b] - probs[a])
          .slice(0, 20);
    const top = probs.indexOf(Math.max(...probs));
    order.forEach((c, k) => {
      const r = rows[k];
      if (r.shown !== c) {
        r.name.replaceChildren(named(looks[c]));
        r.fill.style.background = looks[c].color;
        r.row.setAttribute('aria-label', looks[c].name);
        r.shown = c;
      }
      r.fill.style.width = `${100 * probs[c]}%`;
      r.num.textContent = probs[c].toFixed(3);
      r.row.setAttribute('aria-valuenow', probs[c].toFixed(3));
      r.row.classList.toggle('gx-top', c === top);
      r.mark.hidden = !other;
      if (other) r.mark.style.left = `${100 * other[c]}%`;
    });
    if (!all)
      rest.textContent = `${looks.length - 20} others: ${Math.max(0, 1 - order.reduce((s, c) => s + probs[c], 0)).toFixed(3)}`;
  };
  return box;
};

export const badge = () => {
  const e = h('div', {class: 'gx-badge', role: 'status'});
  e.update = b => {
    e.dataset.level = b.level;
    e.textContent = `${{belief: '✔', doubt: '⚠', wait: '…'}[b.level]} ${b.text}`;
  };
  return e;
};

export const button = (text, press, props) => h('button', {type: 'button', onclick: press, ...props}, text);

export const choice = (label, options, pick, props) => {
  // a labelled select; options: [value, text]
  const s = h(
    'select',
    {'aria-label': label, onchange: () => pick(s.value), ...props},
    ...options.map(([v, t]) => h('option', {value: v}, t)),
  );
  return s;
};

export const news = model => {
  // what the kernel has to say
  const e = h('div', {class: 'gx-news', role: 'alert'});
  const say = () => {
    e.textContent = model.get('message');
    e.hidden = !model.get('message');
  };
  model.on('change:message', say);
  say();
  return e;
};

export const copy = (text, area) => {
  // to the clipboard, or at least selected
  area.value = text;
  area.hidden = false;
  area.focus();
  area.select();
  area.scrollTop = 0;
  if (navigator.clipboard) navigator.clipboard.writeText(text).catch(() => document.execCommand('copy'));
  else document.execCommand('copy');
};

export const DASH = ['', '', '8 4', '8 3 2 3', '2 3', '14 3', '8 3 2 3 2 3'];

export const curves = pick => {
  // probabilities along a path, with a cursor; p: {t, series: [{look, probs, dash}], crossings}
  const W = 600,
    H = 190,
    L = 46,
    B = 30,
    x = t => L + t * (W - L - 8),
    y = p => 8 + (1 - p) * (H - B - 8);
  const svg = h('svg:svg', {viewBox: `0 0 ${W} ${H}`, class: 'gx-curves', role: 'img'}),
    legend = h('div', {class: 'gx-legend'}),
    box = h('div', {}, svg, legend);
  const cursor = h('svg:line', {y1: 8, y2: H - B, class: 'gx-cursor'});
  if (pick)
    svg.addEventListener('pointerdown', e => {
      const r = svg.getBoundingClientRect();
      pick(Math.min(1, Math.max(0, (((e.clientX - r.left) / r.width) * W - L) / (W - L - 8))));
    });
  box.show = p => {
    svg.replaceChildren();
    for (const v of [0, 0.5, 1])
      svg.append(
        h('svg:line', {x1: L, x2: W - 8, y1: y(v), y2: y(v), class: 'gx-line'}),
        h('svg:text', {x: L - 5, y: y(v) + 4, 'text-anchor': 'end'}, String(v)),
      );
    for (const v of [0, 0.25, 0.5, 0.75, 1])
      svg.append(h('svg:text', {x: x(v), y: H - B + 15, 'text-anchor': 'middle'}, String(v)));
    svg.append(
      h('svg:text', {x: (L + W) / 2, y: H - 3, 'text-anchor': 'middle'}, 'position on the path'),
      h(
        'svg:text',
        {x: 10, y: (H - B) / 2, transform: `rotate(-90 10 ${(H - B) / 2})`, 'text-anchor': 'middle'},
        'probability',
      ),
    );
    for (const t of p.crossings)
      svg.append(
        h('svg:line', {x1: x(t), x2: x(t), y1: 8, y2: H - B, class: 'gx-cross'}),
        h('svg:text', {x: x(t) + 3, y: 18, class: 'gx-cross-at'}, t.toFixed(3)),
      );
    for (const s of p.series)
      svg.append(
        h('svg:polyline', {
          points: p.t.map((t, i) => `${x(t)},${y(s.probs[i])}`).join(' '),
          class: s.thin ? 'gx-curve gx-thin' : 'gx-curve',
          stroke: s.look.color,
          'stroke-dasharray': DASH[s.dash % 7],
          'data-name': s.look.name,
        }),
      );
    svg.append(cursor);
    svg.setAttribute('aria-label', p.text);
    legend.replaceChildren(
      ...p.series.map(s =>
        h(
          'span',
          {},
          h(
            'svg:svg',
            {width: 30, height: 8, 'aria-hidden': 'true'},
            h('svg:line', {
              x1: 0,
              x2: 30,
              y1: 4,
              y2: 4,
              class: 'gx-curve',
              stroke: s.look.color,
              'stroke-dasharray': DASH[s.dash % 7],
            }),
          ),
          ' ',
          s.look.name,
        ),
      ),
    );
  };
  box.at = t => {
    cursor.setAttribute('x1', x(t));
    cursor.setAttribute('x2', x(t));
  };
  return box;
};
