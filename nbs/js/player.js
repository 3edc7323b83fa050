import {bars, button, bytes, choice, curves, draw, frame, h, named, news} from './kit.js';

function render({model, el}) {
  const s = model.get('setup'),
    done = frame(el, 'gx-player', 'Interpolation player'),
    act = (name, ...args) => model.send({do: name, args});
  const canvas = h('canvas', {role: 'img', 'aria-label': 'image on the path'}),
    chart = bars(s.classes),
    said = h('figcaption'),
    rate = h('span', {class: 'gx-note gx-rate'});
  let n = 1,
    i = 0,
    way = 1,
    playing = false,
    last = 0,
    shownAt = [],
    path = null;
  const slide = h('input', {
    type: 'range',
    min: 0,
    step: 1,
    'aria-label': 'position on the path',
    oninput: () => {
      stop();
      go(+slide.value);
    },
  });
  const speed = choice(
    'frames a second',
    [5, 10, 20, 30, 60].map(v => [v, `${v} frames a second`]),
    () => {},
  );
  const play = button('Play', () => (playing ? stop() : begin()), {'aria-pressed': false});
  const plot = curves(t => {
    stop();
    go(Math.round(t * (n - 1)));
    tell();
  });
  const select = (label, key) =>
    choice(
      label,
      s.ends.map(([k, t], j) => [j, t]),
      v => act(key, ...s.ends[v][0]),
    );
  const from = select('start', 'set_start'),
    to = select('end', 'set_end');
  const go = k => {
    i = Math.min(n - 1, Math.max(0, k));
    draw(canvas, bytes(model.get('pixels')), i, s);
    chart.update(path.probs[i]);
    plot.at(path.t[i]);
    const top = path.probs[i].indexOf(Math.max(...path.probs[i]));
    said.replaceChildren(
      named(s.classes[top]),
      ` ${path.probs[i][top].toFixed(3)} · robust ${path.robust[i].toFixed(2)} · frame ${i + 1} of ${n}, t = ${path.t[i].toFixed(3)}`,
    );
    slide.value = i;
    slide.setAttribute('aria-valuetext', `t = ${path.t[i].toFixed(3)}, ${s.classes[top].name}`);
    el.dataset.frame = i;
  };
  const tell = () => {
    model.set('position', i);
    model.save_changes();
  };
  const tick = now => {
    if (!playing) return;
    requestAnimationFrame(tick);
    const gap = 1000 / +speed.value;
    if (now - last < gap - 4) return;
    last = Math.max(last + gap, now - gap);
    if (i + way < 0 || i + way >= n) way = -way;
    go(i + way);
    shownAt.push(now);
    if (shownAt.length > 60) shownAt.shift();
    el.dataset.rate = ((1000 * (shownAt.length - 1)) / (shownAt[shownAt.length - 1] - shownAt[0] || 1e9)).toFixed(1);
    el.dataset.shown = +(el.dataset.shown || 0) + 1;
    if (shownAt.length % 10 === 0) rate.textContent = `${el.dataset.rate} a second`;
  };
  const begin = () => {
    playing = true;
    last = 0;
    shownAt = [];
    play.textContent = 'Pause';
    play.setAttribute('aria-pressed', true);
    requestAnimationFrame(tick);
  };
  const stop = () => {
    if (playing) {
      playing = false;
      play.textContent = 'Play';
      play.setAttribute('aria-pressed', false);
      rate.textContent = '';
    }
    tell();
  };
  const step = d => {
    stop();
    go(i + d);
    tell();
  };
  const keys = {
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    Home: () => step(-n),
    End: () => step(n),
    ' ': () => (playing ? stop() : begin()),
  };
  el.addEventListener('keydown', e => {
    // everywhere but where the key already means something
    if (
      e.ctrlKey ||
      e.metaKey ||
      e.altKey ||
      e.target.tagName === 'SELECT' ||
      (e.key === ' ' && e.target.tagName === 'BUTTON')
    )
      return;
    if (keys[e.key]) {
      keys[e.key]();
      e.preventDefault();
    }
  });
  slide.addEventListener('change', tell);
  const load = () => {
    path = model.get('curve');
    n = path.t.length;
    slide.max = n - 1;
    from.value = path.ends[0];
    to.value = path.ends[1];
    plot.show(path);
    go(Math.min(model.get('position'), n - 1));
  };
  speed.value = 30;
  el.append(
    h('div', {class: 'gx-row'}, h('span', {class: 'gx-head'}, 'From'), from, h('span', {class: 'gx-head'}, 'to'), to),
    h(
      'div',
      {class: 'gx-main'},
      h('div', {class: 'gx-picture'}, h('figure', {}, canvas, said)),
      h('div', {class: 'gx-side'}, chart),
    ),
    h(
      'div',
      {class: 'gx-row'},
      play,
      button('◀ Back', () => step(-1), {'aria-label': 'one frame back'}),
      button('On ▶', () => step(1), {'aria-label': 'one frame on'}),
      speed,
      rate,
      button('Save GIF', () => act('save_gif')),
      button('Save figure', () => act('save_figure')),
    ),
    slide,
    plot,
    h(
      'div',
      {class: 'gx-note'},
      'Keys: ← → one frame, Home and End, space plays. It plays in the browser; the kernel is not asked.',
    ),
    news(model),
  );
  const moved = () => {
    if (!playing && model.get('position') !== i) go(model.get('position'));
  };
  load();
  model.on('change:curve', load);
  model.on('change:position', moved);
  return () => {
    playing = false;
    done();
    model.off('change:curve', load);
    model.off('change:position', moved);
  };
}

export default {render};
