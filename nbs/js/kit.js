// What all front ends share. A definition is a paragraph: blank lines stand between definitions only.

/**
 * An element; children that are text stay text: nothing that a user wrote is ever read as HTML.
 * @param {string} tag 'div', or 'svg:line' for an element of a drawing
 * @param {object} [props] attributes; `onclick` and the like are listeners
 */
export const h = (tag, props, ...kids) => {
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

export const row = (...kids) => h('div', {class: 'gx-row'}, ...kids);

export const head = text => h('span', {class: 'gx-head'}, text);

/** Is a key ours? Browser shortcuts are not, but undo, redo and select all are. */
export const own = e => !(e.ctrlKey || e.metaKey || e.altKey) || 'zya'.includes(e.key.toLowerCase());

/**
 * Our part of the page: keys that are ours do not reach the notebook. JupyterLab looks at the attribute before the
 * key gets to us, so it is set on the way down (`true`: while capturing), and the key is stopped on the way up.
 * @returns {() => void} takes it back
 */
export const frame = (el, name, label) => {
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

/**
 * Calls a function whenever a name of the model's state changes.
 * @param {Object<string, () => void>} on name -> function
 * @returns {() => void} no more
 */
export const follow = (model, on) => {
  for (const [k, f] of Object.entries(on)) model.on(`change:${k}`, f);
  return () => {
    for (const [k, f] of Object.entries(on)) model.off(`change:${k}`, f);
  };
};

/** What a button does: `act(name, ...args)` asks the kernel to call a method. */
export const actor = model => {
  return (name, ...args) => model.send({do: name, args});
};

export const tell = (model, name, value) => {
  model.set(name, value);
  model.save_changes();
};

export const bytes = view => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** Image i of many into a canvas, byte by byte; s: {w, h, c} */
export const draw = (canvas, data, i, s) => {
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

/** The sign and the name of a class; look: {name, glyph, color} */
export const named = look =>
  h(
    'span',
    {class: 'gx-class'},
    h('span', {class: 'gx-glyph', style: `border-color:${look.color}`, 'aria-hidden': 'true'}, look.glyph),
    look.name,
  );

const bar = () => {
  const name = h('span', {class: 'gx-name'}),
    fill = h('div', {class: 'gx-fill'}),
    mark = h('div', {class: 'gx-mark', hidden: true}),
    num = h('span', {class: 'gx-num'}),
    track = h('div', {class: 'gx-track'}, fill, mark),
    props = {class: 'gx-bar', role: 'meter', 'aria-valuemin': 0, 'aria-valuemax': 1};
  return {box: h('div', props, name, track, num), name, fill, mark, num, look: null};
};

/** One bar anew: p of a class, and where the mark of what it is compared with stands (null: nowhere). */
const fillBar = (b, look, p, other) => {
  if (b.look !== look) {
    b.name.replaceChildren(named(look));
    b.fill.style.background = look.color;
    b.box.setAttribute('aria-label', look.name);
    b.look = look;
  }
  b.fill.style.width = `${100 * p}%`;
  b.num.textContent = p.toFixed(3);
  b.box.setAttribute('aria-valuenow', p.toFixed(3));
  b.mark.hidden = other == null;
  if (other != null) b.mark.style.left = `${100 * other}%`;
};

/** The classes to show, in order: all of them if they are few, else the `most` most probable. */
export const shown = (probs, most) => {
  const every = probs.map((_, i) => i);
  return probs.length <= most ? every : every.sort((a, b) => probs[b] - probs[a]).slice(0, most);
};

/** Probabilities of all classes, or of the 20 most probable and the rest: `update(probs, other)`. */
export const bars = looks => {
  const most = 20,
    rows = looks.slice(0, most).map(bar),
    rest = looks.length > most ? h('div', {class: 'gx-rest'}) : null,
    box = h('div', {class: 'gx-bars'}, ...rows.map(b => b.box), rest);
  box.update = (probs, other) => {
    const order = shown(probs, most),
      top = probs.indexOf(Math.max(...probs));
    order.forEach((c, k) => {
      fillBar(rows[k], looks[c], probs[c], other ? other[c] : null);
      rows[k].box.classList.toggle('gx-top', c === top);
    });
    const left = 1 - order.reduce((s, c) => s + probs[c], 0);
    if (rest) rest.textContent = `${looks.length - most} others: ${Math.max(0, left).toFixed(3)}`;
  };
  return box;
};

/** Belief or noise: `update({level, text})`. */
export const badge = () => {
  const e = h('div', {class: 'gx-badge', role: 'status'});
  e.update = b => {
    e.dataset.level = b.level;
    e.textContent = `${{belief: '✔', doubt: '⚠', wait: '…'}[b.level]} ${b.text}`;
  };
  return e;
};

export const button = (text, press, props) => h('button', {type: 'button', onclick: press, ...props}, text);

/** A labelled select; options: [value, text] */
export const choice = (label, options, pick, props) => {
  const s = h(
    'select',
    {'aria-label': label, onchange: () => pick(s.value), ...props},
    ...options.map(([v, t]) => h('option', {value: v}, t)),
  );
  return s;
};

/** What the kernel has to say: an error, a file that was written. `say()` looks again. */
export const news = model => {
  const e = h('div', {class: 'gx-news', role: 'alert'});
  e.say = () => {
    e.textContent = model.get('message');
    e.hidden = !model.get('message');
  };
  e.say();
  return e;
};

/** Text to the clipboard, or at least selected in its area. */
export const copy = (text, area) => {
  area.value = text;
  area.hidden = false;
  area.focus();
  area.select();
  area.scrollTop = 0;
  if (navigator.clipboard) navigator.clipboard.writeText(text).catch(() => document.execCommand('copy'));
  else document.execCommand('copy');
};
