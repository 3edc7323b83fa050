// InterpolationPlayer: a path is handed over once and played here; the kernel may be busy, or gone.

import {curves} from './curves.js';
import {actor, bars, button, bytes, choice, draw, follow, frame, h, head, named, news, row, tell} from './kit.js';

/** The frame after i of n, there and back: {i, step}; step: 1 or -1 */
export const after = (i, step, n) => {
  const turned = i + step < 0 || i + step >= n ? -step : step;
  return {i: i + turned, step: turned};
};

/** Frames a second, of the times (in ms) at which the last were shown. */
export const speedOf = times => (1000 * (times.length - 1)) / (times[times.length - 1] - times[0] || 1e9);

/**
 * Calls `next()` at `fps()` frames a second, as the screen allows; `shown(rate, times)` after each.
 * A frame is due a gap after the last one was due, not after it was shown: else 30 would become 28 a second on a screen
 * that shows 60. Where it falls behind by more than a gap, it does not catch up.
 */
const clock = (fps, next, shown) => {
  let playing = false,
    due = 0,
    times = [];
  const tick = now => {
    if (!playing) return;
    requestAnimationFrame(tick);
    const gap = 1000 / fps();
    if (now - due < gap - 4) return;
    due = Math.max(due + gap, now - gap);
    next();
    times = [...times.slice(-59), now];
    shown(speedOf(times).toFixed(1), times);
  };
  return {
    get playing() {
      return playing;
    },
    begin: () => {
      [playing, due, times] = [true, 0, []];
      requestAnimationFrame(tick);
    },
    stop: () => {
      playing = false;
    },
  };
};

/** The image of a frame, what is said of it, and its bars. */
const stage = (model, s) => {
  const canvas = h('canvas', {role: 'img', 'aria-label': 'image on the path'}),
    caption = h('figcaption'),
    chart = bars(s.classes),
    picture = h('div', {class: 'gx-picture'}, h('figure', {}, canvas, caption)),
    box = h('div', {class: 'gx-main'}, picture, h('div', {class: 'gx-side'}, chart));
  box.show = (path, i) => {
    const probs = path.probs[i],
      top = probs.indexOf(Math.max(...probs)),
      at = `t = ${path.t[i].toFixed(3)}`,
      where = `frame ${i + 1} of ${path.t.length}, ${at}`;
    draw(canvas, bytes(model.get('pixels')), i, s);
    chart.update(probs);
    caption.replaceChildren(
      named(s.classes[top]),
      ` ${probs[top].toFixed(3)} · stability ${path.stability[i].toFixed(2)} · ${where}`,
    );
    return `${at}, ${s.classes[top].name}`;
  };
  return box;
};

/** From where to where: `tell(ends)` puts it right. */
const endsRow = (s, act) => {
  const select = (label, action) => {
    const options = s.ends.map(([, text], i) => [i, text]);
    return choice(label, options, i => act(action, ...s.ends[i][0]));
  };
  const from = select('start', 'set_start'),
    to = select('end', 'set_end'),
    box = row(head('From'), from, head('to'), to);
  box.tell = path => {
    [from.value, to.value] = path.ends;
  };
  return box;
};

/** Who walks, the centroids or the image, and which kind of centroids; hidden where there is nothing to choose. */
const walkerRow = (s, act) => {
  const who = [
      ['centroids', 'the centroids'],
      ['image', 'the image'],
    ],
    walker = choice('who walks', who, w => act('set_walker', w), {hidden: !s.image}),
    kind = choice(
      'kind of centroids',
      s.kinds.map(k => [k, k]),
      k => act('set_kind', k),
      {hidden: s.kinds.length < 2},
    ),
    box = row(head('Walk of'), walker, kind);
  box.hidden = walker.hidden && kind.hidden;
  box.tell = path => {
    [walker.value, kind.value] = [path.walker, path.kind];
  };
  return box;
};

/** Where it stands (`i` of `n` frames), and what moves it. */
const tape = (model, el, main, plot) => {
  const slide = h('input', {type: 'range', min: 0, step: 1, 'aria-label': 'position on the path'}),
    t = {slide, i: 0, n: 1, step: 1};
  let path = null;
  t.go = k => {
    t.i = Math.min(t.n - 1, Math.max(0, k));
    slide.setAttribute('aria-valuetext', main.show(path, t.i));
    plot.at(path.t[t.i]);
    slide.value = t.i;
    el.dataset.frame = t.i;
  };
  t.load = () => {
    path = model.get('curve');
    t.n = path.t.length;
    slide.max = t.n - 1;
    plot.show(path);
    t.go(Math.min(model.get('position'), t.n - 1));
  };
  t.next = () => {
    const {i, step} = after(t.i, t.step, t.n);
    t.step = step;
    t.go(i);
  };
  t.tell = () => tell(model, 'position', t.i);
  return t;
};

/** Play and Pause: `stop()` also tells the kernel where it stands. */
const transport = (el, film) => {
  const rates = [5, 10, 20, 30, 60].map(v => [v, `${v} frames a second`]),
    speed = choice('frames a second', rates, () => {}),
    rate = h('span', {class: 'gx-note gx-rate'}),
    play = button('Play', () => toggle(), {'aria-pressed': false});
  speed.value = 30;
  const shown = (perSecond, times) => {
    el.dataset.rate = perSecond;
    el.dataset.shown = +(el.dataset.shown || 0) + 1;
    if (times.length % 10 === 0) rate.textContent = `${perSecond} a second`;
  };
  const ticks = clock(() => +speed.value, film.next, shown);
  const label = (text, pressed) => {
    play.textContent = text;
    play.setAttribute('aria-pressed', pressed);
  };
  const begin = () => {
    label('Pause', true);
    ticks.begin();
  };
  const stop = () => {
    if (ticks.playing) {
      ticks.stop();
      label('Play', false);
      rate.textContent = '';
    }
    film.tell();
  };
  const toggle = () => (ticks.playing ? stop() : begin());
  return {play, speed, rate, ticks, stop, toggle};
};

/** What a key does, if anything: everywhere but where the key already means something. */
export const keyOf = (e, keys) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.tagName === 'SELECT') return null;
  if (e.key === ' ' && e.target.tagName === 'BUTTON') return null;
  return keys[e.key] || null;
};

/** Keys, the slider and the curves move it; wherever it was playing, it stops. */
const controls = (el, film, {stop, toggle}) => {
  const step = d => {
    stop();
    film.go(film.i + d);
    film.tell();
  };
  const keys = {
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    Home: () => step(-film.n),
    End: () => step(film.n),
    ' ': toggle,
  };
  el.addEventListener('keydown', e => {
    const f = keyOf(e, keys);
    if (!f) return;
    f();
    e.preventDefault();
  });
  film.slide.addEventListener('input', () => {
    stop();
    film.go(+film.slide.value);
  });
  film.slide.addEventListener('change', film.tell);
  return step;
};

function render({model, el}) {
  const s = model.get('setup'),
    done = frame(el, 'gx-player', 'Interpolation player'),
    act = actor(model),
    ends = endsRow(s, act),
    walker = walkerRow(s, act),
    main = stage(model, s),
    plot = curves(t => step(Math.round(t * (film.n - 1)) - film.i)),
    film = tape(model, el, main, plot),
    motion = transport(el, film),
    step = controls(el, film, motion),
    note = news(model);
  const tools = row(
    motion.play,
    button('◀ Back', () => step(-1), {'aria-label': 'one frame back'}),
    button('On ▶', () => step(1), {'aria-label': 'one frame on'}),
    motion.speed,
    motion.rate,
    button('Save GIF', () => act('save_gif')),
    button('Save figure', () => act('save_figure')),
  );
  const hint = 'Keys: ← → one frame, Home and End, space plays. It plays in the browser; the kernel is not asked.';
  el.append(ends, walker, main, tools, film.slide, plot, h('div', {class: 'gx-note'}, hint), note);
  const load = () => {
    film.load();
    ends.tell(model.get('curve'));
    walker.tell(model.get('curve'));
  };
  const moved = () => {
    if (!motion.ticks.playing && model.get('position') !== film.i) film.go(model.get('position'));
  };
  load();
  const deaf = follow(model, {curve: load, position: moved, message: note.say});
  return () => {
    motion.ticks.stop();
    done();
    deaf();
  };
}

export default {render};
