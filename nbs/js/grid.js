import {button, bytes, choice, draw, frame, h, named, news} from './kit.js';

function render({model, el}) {
  const s = model.get('setup'),
    done = frame(el, 'gx-grid', 'Labelling grid'),
    view = Math.random().toString(36).slice(2);
  let sent = 0,
    acked = 0,
    since = 0,
    items = [],
    tiles = [],
    at = 0,
    anchor = 0,
    built = null,
    picked = new Set(),
    jump = null,
    early = [];
  const act = (name, ...args) => {
    sent += 1;
    if (sent === acked + 1) since = Date.now();
    model.send({do: 'serve', args: [name, args, view, sent]});
    waiting();
  };
  const list = h('div', {class: 'gx-tiles', role: 'listbox', 'aria-multiselectable': 'true', 'aria-label': 'images'});
  const save = h('span', {class: 'gx-save', role: 'status'}),
    count = h('div', {class: 'gx-count', role: 'status'}),
    fill = h('div'),
    lost = h('div', {class: 'gx-news gx-lost', role: 'alert', hidden: true});
  const waiting = () => {
    const n = sent - acked,
      late = n > 0 && Date.now() - since > 3000;
    save.textContent = n ? `saving ${n} …` : sent ? 'all saved' : '';
    lost.hidden = !late;
    if (late)
      lost.textContent = `The kernel has not answered for ${Math.round((Date.now() - since) / 1000)} s: your last ${n} action${n > 1 ? 's are' : ' is'} not saved. It may be busy, or gone.`;
  };
  const timer = setInterval(waiting, 500);
  const look = m =>
    m === 'not_real'
      ? {name: 'not real', glyph: '⊘', color: '#767676'}
      : m === 'unsure'
        ? {name: 'unsure', glyph: '?', color: '#767676'}
        : s.classes[m];
  const chosen = () =>
    (picked.size ? [...picked].sort((a, b) => a - b) : [at]).map(i => items[i].at).filter(i => i != null);
  const mark = to => {
    // judge what is selected, or the tile with the focus, and go on
    if (!items.length) return;
    act('mark', chosen(), to);
    if (picked.size > 1) {
      picked.clear();
      focus(at);
    } else {
      picked.clear();
      at + 1 < items.length ? focus(at + 1) : turn(1);
    }
  };
  const accept = () => {
    if (!items.length || model.get('tiles').hidden) return;
    act('accept_at', chosen());
    if (picked.size > 1) {
      picked.clear();
      focus(at);
    } else {
      picked.clear();
      at + 1 < items.length ? focus(at + 1) : turn(1);
    }
  };
  const turn = d => {
    const t = model.get('tiles');
    if (t.page + d >= 0 && t.page + d < t.pages) {
      jump = d > 0 ? 0 : -1;
      act('show', t.page + d);
    } else focus(at);
  };
  const paint = () =>
    tiles.forEach((t, i) => {
      t.tabIndex = i === at ? 0 : -1;
      t.setAttribute('aria-selected', picked.has(i));
    });
  const focus = i => {
    at = Math.min(tiles.length - 1, Math.max(0, i));
    paint();
    if (tiles[at]) tiles[at].focus();
  };
  const columns = () => {
    const top = tiles[0]?.offsetTop;
    const n = tiles.findIndex(t => t.offsetTop !== top);
    return n < 0 ? tiles.length || 1 : n;
  };
  const range = (a, b) => {
    picked = new Set();
    for (let i = Math.min(a, b); i <= Math.max(a, b); i++) picked.add(i);
  };
  const move = (to, e) => {
    to = Math.min(tiles.length - 1, Math.max(0, to));
    if (e.shiftKey) range(anchor, to);
    else {
      anchor = to;
      if (!e.ctrlKey) picked.clear();
    }
    focus(to);
  };
  const again = what => {
    jump = 'back'; // the focus goes to the image that is taken back, and what is typed next is meant for it
    act(what);
  };
  const flush = () => {
    while (early.length && jump === null) press(early.shift());
  };
  const press = e => {
    if (jump !== null) {
      if (e.key !== 'Tab') {
        early.push(e);
        e.preventDefault();
      }
      return;
    } // a page is on its way: what is typed is meant for it
    const k = e.key,
      c = e.ctrlKey || e.metaKey;
    if (e.altKey) return;
    const steps = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(), ArrowUp: -columns(), Home: -1e6, End: 1e6};
    if (c && k.toLowerCase() === 'a') {
      range(0, tiles.length - 1);
      paint();
    } else if (c && k.toLowerCase() === 'z') again(e.shiftKey ? 'redo' : 'undo');
    else if (c && k.toLowerCase() === 'y') again('redo');
    else if (c) return;
    else if (k in steps) move(at + steps[k], e);
    else if (k === ' ') {
      picked.has(at) ? picked.delete(at) : picked.add(at);
      anchor = at;
      paint();
    } else if (k === 'Escape') {
      picked.clear();
      paint();
    } else if (k === 'PageDown') turn(1);
    else if (k === 'PageUp') turn(-1);
    else if (k === 'Enter' || k === 'a') accept();
    else if (k === 'n') mark('not_real');
    else if (k === 'u') mark('unsure');
    else if (k === 'x' || k === 'Delete' || k === 'Backspace') mark(null);
    else if (k === 'z') again('undo');
    else if (k === 'y') again('redo');
    else if (k === '/') find.focus();
    else if (s.keys.includes(k.toLowerCase())) mark(s.keys.indexOf(k.toLowerCase()));
    else return;
    e.preventDefault();
  };
  list.addEventListener('keydown', press);
  list.addEventListener('click', e => {
    const i = tiles.indexOf(e.target.closest('.gx-tile'));
    if (i < 0) return;
    if (e.shiftKey) range(anchor, i);
    else if (e.ctrlKey || e.metaKey) {
      picked.has(i) ? picked.delete(i) : picked.add(i);
      anchor = i;
    } else {
      picked = new Set([i]);
      anchor = i;
    }
    focus(i);
  });
  const build = () => {
    // a page
    const t = model.get('tiles'),
      data = bytes(model.get('pixels')),
      had = list.contains(document.activeElement) || jump !== null;
    built = t;
    items = t.items;
    picked.clear();
    at = anchor = jump === -1 ? items.length - 1 : 0;
    tiles = items.map((x, i) => {
      const c = h('canvas', {'aria-hidden': 'true'});
      draw(c, data, i, s);
      return h(
        'div',
        {class: 'gx-tile', role: 'option', 'data-at': x.at},
        c,
        h('div', {class: 'gx-said'}),
        h('div', {class: 'gx-given'}),
      );
    });
    list.replaceChildren(...tiles);
    none.hidden = tiles.length > 0;
    page.textContent = `page ${t.page + 1} of ${t.pages}, ${t.total} images`;
    back.disabled = t.page === 0;
    on.disabled = t.page + 1 >= t.pages;
    sort.value = t.sort;
    filter.value = t.filter;
    size.value = t.size;
    hide.checked = t.hidden;
    acceptPage.disabled = acceptClass.disabled = t.hidden;
    if (jump !== 'back') jump = null;
    told();
    if (had) focus(at);
    else paint();
    flush();
  };
  const told = () => {
    // judgements and counts; of the page that is built: when another has come with them, it is built first
    if (model.get('tiles') !== built) return;
    const st = model.get('status'),
      c = st.counts,
      hidden = model.get('tiles').hidden;
    if (st.ack && st.ack[0] === view) {
      acked = Math.max(acked, st.ack[1]);
      since = Date.now();
      setTimeout(() => {
        if (jump !== null && acked >= sent) {
          const i = jump === 'back' ? items.findIndex(x => x.at === st.back) : -1;
          jump = null;
          if (i >= 0) {
            picked.clear();
            focus(i);
          }
          flush();
        }
      });
    } // a page that did not come
    if (st.marks.length === items.length)
      items.forEach((x, i) => {
        const m = st.marks[i],
          given = tiles[i].querySelector('.gx-given'),
          said = tiles[i].querySelector('.gx-said'),
          l = m == null ? null : look(m),
          differs = l && !hidden && m !== x.said && typeof m === 'number';
        given.replaceChildren(...(l ? [differs ? '≠ ' : '', named(l)] : ['—']));
        given.title = l ? l.name : '';
        tiles[i].style.borderColor = l ? l.color : 'transparent';
        tiles[i].style.borderStyle = typeof m === 'string' ? 'dashed' : 'solid';
        const rob = st.robust[i] == null ? '' : ` · robust ${st.robust[i].toFixed(2)}`;
        said.replaceChildren(
          ...(hidden
            ? []
            : [
                h('div', {title: s.classes[x.said].name}, named(s.classes[x.said])),
                h('div', {}, `p ${x.conf.toFixed(2)}`),
                h('div', {}, rob.slice(3)),
              ]),
        );
        tiles[i].setAttribute(
          'aria-label',
          `image ${i + 1}` +
            (hidden ? '' : `, predicted ${s.classes[x.said].name}, ${x.conf.toFixed(2)}${rob}`) +
            `, ${l ? 'judged ' + l.name : 'not judged'}${differs ? ', differs' : ''}`,
        );
        tiles[i].dataset.mark = m == null ? '' : String(m);
      });
    count.textContent =
      `${c.judged} of ${c.images} judged` +
      (c.labelled && !hidden
        ? `; ${c.mismatches} of ${c.labelled} labels differ from the classifier (${(100 * c.share).toFixed(0)}%; 95% interval ${(100 * c.interval[0]).toFixed(0)} to ${(100 * c.interval[1]).toFixed(0)}% if picked at random)`
        : '') +
      (c.not_real ? `; ${c.not_real} not real` : '') +
      (c.unsure ? `; ${c.unsure} unsure` : '');
    fill.style.width = `${(100 * c.judged) / c.images}%`;
    undo.disabled = !st.undo;
    redo.disabled = !st.redo;
    closed.hidden = !st.closed;
    if (st.closed) el.querySelectorAll('button, select, input').forEach(e => (e.disabled = true));
    waiting();
  };
  const page = h('span', {class: 'gx-page', role: 'status'}),
    back = button('◀', () => turn(-1), {'aria-label': 'page before'}),
    on = button('▶', () => turn(1), {'aria-label': 'next page'});
  const sort = choice('order', s.sorts, v => act('choose', {sort: v})),
    filter = choice('which images', s.filters, v => act('choose', {filter: v})),
    size = choice(
      'images on a page',
      s.sizes.map(n => [n, `${n} a page`]),
      v => act('choose', {size: +v}),
    );
  const hide = h('input', {type: 'checkbox', onchange: () => act('choose', {hidden: hide.checked})});
  const undo = button('Undo', () => act('undo')),
    redo = button('Redo', () => act('redo'));
  const acceptPage = button('Accept rest of page', () => act('accept'));
  const acceptClass = choice(
    'accept everything that is predicted as',
    [['', 'Accept all predicted …'], ...s.classes.map((c, i) => [i, c.name])],
    v => {
      if (v !== '') act('label_predicted', +v);
      acceptClass.value = '';
    },
  );
  const names = s.classes.map((c, i) => button('', () => mark(i), {class: 'gx-label', title: c.name}));
  names.forEach((b, i) =>
    b.append(
      ...(i < s.keys.length ? [h('span', {class: 'gx-key', 'aria-hidden': 'true'}, s.keys[i])] : []),
      named(s.classes[i]),
    ),
  );
  const few = s.classes.length <= 40,
    id = 'gx' + view;
  const find = h('input', {
    list: id,
    'aria-label': 'class by name, then Enter',
    placeholder: 'class …  ( / )',
    onkeydown: e => {
      e.stopPropagation();
      if (e.key === 'Escape') focus(at);
      if (e.key !== 'Enter') return;
      const i = s.classes.findIndex(c => c.name.toLowerCase() === find.value.trim().toLowerCase());
      if (i >= 0) {
        find.value = '';
        mark(i);
      } else find.setAttribute('aria-invalid', 'true');
    },
    oninput: () => find.removeAttribute('aria-invalid'),
  });
  const keep = choice(
    'what to export',
    [
      ['wrong', 'corrections only'],
      ['all', 'everything judged'],
    ],
    () => {},
  );
  const closed = h(
    'div',
    {class: 'gx-news', role: 'status', hidden: true},
    'This grid is closed and takes no more judgements. Run its cell again to go on.',
  );
  const none = h('div', {class: 'gx-note', hidden: true}, 'There is no image under this filter.');
  const others = [
    ['n', 'not a real image', 'not_real'],
    ['u', 'unsure', 'unsure'],
    ['x', 'no judgement', null],
  ].map(([key, text, to]) => {
    const b = button('', () => mark(to), {class: 'gx-label'});
    b.append(h('span', {class: 'gx-key', 'aria-hidden': 'true'}, key), text);
    return b;
  });
  const all = button('Select page', () => {
    range(0, tiles.length - 1);
    paint();
  });
  el.append(
    h('div', {class: 'gx-row'}, back, page, on, size, sort, filter, h('label', {}, hide, ' hide predictions')),
    h('div', {class: 'gx-progress'}, fill),
    h('div', {class: 'gx-row'}, count, save),
    h(
      'div',
      {class: 'gx-tools'},
      h(
        'div',
        {class: 'gx-row', role: 'group', 'aria-label': 'what the selected images show'},
        ...(few ? names : []),
        find,
        h('datalist', {id}, ...s.classes.map(c => h('option', {value: c.name}))),
        ...others,
      ),
      h(
        'div',
        {class: 'gx-row'},
        undo,
        redo,
        all,
        acceptPage,
        acceptClass,
        keep,
        button('Export', () => act('save', keep.value)),
      ),
      closed,
      lost,
      news(model),
    ),
    list,
    none,
    h(
      'div',
      {class: 'gx-note'},
      'Arrows move, Shift selects a range, Space picks, Ctrl+A all; the key of a class judges and goes on; Enter accepts; ' +
        'z undoes, y does again; Page keys turn; / finds a class; Tab leaves.',
    ),
  );
  build();
  model.on('change:tiles', build);
  model.on('change:status', told);
  return () => {
    clearInterval(timer);
    done();
    model.off('change:tiles', build);
    model.off('change:status', told);
  };
}

export default {render};
