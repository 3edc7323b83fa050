// The tools of the labelling grid: pages and filters, counts, classes, and what is done to many images at once.

import {button, choice, h, named, row} from './kit.js';

const percent = p => (100 * p).toFixed(0);

/** How far it is, as one sentence; c: the counts. */
export const countText = (c, hidden) => {
  const interval = `95% interval ${percent(c.interval[0])} to ${percent(c.interval[1])}% if picked at random`,
    differ = `${c.mismatches} of ${c.labelled} labels differ from the classifier (${percent(c.share)}%; ${interval})`,
    parts = [`${c.judged} of ${c.images} judged`];
  if (c.labelled && !hidden) parts.push(differ);
  if (c.not_real) parts.push(`${c.not_real} not real`);
  if (c.unsure) parts.push(`${c.unsure} unsure`);
  return parts.join('; ');
};

/** Which images are shown: `tell(tiles)` puts it right. */
export const pageRow = (s, act, turn) => {
  const page = h('span', {class: 'gx-page', role: 'status'}),
    back = button('◀', () => turn(-1), {'aria-label': 'page before'}),
    on = button('▶', () => turn(1), {'aria-label': 'next page'}),
    sizes = s.sizes.map(n => [n, `${n} a page`]),
    size = choice('images on a page', sizes, v => act('choose', {size: +v})),
    sort = choice('order', s.sorts, v => act('choose', {sort: v})),
    filter = choice('which images', s.filters, v => act('choose', {filter: v})),
    hide = h('input', {type: 'checkbox', onchange: () => act('choose', {hidden: hide.checked})}),
    box = row(back, page, on, size, sort, filter, h('label', {}, hide, ' hide predictions'));
  box.tell = t => {
    page.textContent = `page ${t.page + 1} of ${t.pages}, ${t.total} images`;
    back.disabled = t.page === 0;
    on.disabled = t.page + 1 >= t.pages;
    [size.value, sort.value, filter.value, hide.checked] = [t.size, t.sort, t.filter, t.hidden];
  };
  return box;
};

/** Counts, a bar, and whether it is saved: `tell(counts, hidden)`, and `save`, the place for the last. */
export const countBox = () => {
  const fill = h('div'),
    count = h('div', {class: 'gx-count', role: 'status'}),
    save = h('span', {class: 'gx-save', role: 'status'}),
    parts = [h('div', {class: 'gx-progress'}, fill), row(count, save)];
  const tell = (c, hidden) => {
    count.textContent = countText(c, hidden);
    fill.style.width = `${(100 * c.judged) / c.images}%`;
  };
  return {parts, save, tell};
};

/** A field that takes the name of a class; Enter judges, Escape goes back to the images. */
const finder = (s, id, mark, leave) => {
  const find = h('input', {list: id, 'aria-label': 'class by name, then Enter', placeholder: 'class …  ( / )'});
  const judge = () => {
    const name = find.value.trim().toLowerCase(),
      i = s.classes.findIndex(c => c.name.toLowerCase() === name);
    if (i < 0) return find.setAttribute('aria-invalid', 'true');
    find.value = '';
    mark(i);
  };
  find.addEventListener('keydown', e => {
    e.stopPropagation(); // here, letters are letters
    if (e.key === 'Escape') leave();
    if (e.key === 'Enter') judge();
  });
  find.addEventListener('input', () => find.removeAttribute('aria-invalid'));
  return find;
};

const keyCap = key => h('span', {class: 'gx-key', 'aria-hidden': 'true'}, key);

const labelButton = (press, title, ...parts) => {
  const b = button('', press, {class: 'gx-label', title});
  b.append(...parts);
  return b;
};

/** The judgements: a button for each class, as long as they are few, a field for names, and the three others. */
export const judgeRow = (s, view, mark, leave) => {
  const id = `gx${view}`,
    find = finder(s, id, mark, leave),
    classButton = (c, i) =>
      labelButton(() => mark(i), c.name, ...(i < s.keys.length ? [keyCap(s.keys[i])] : []), named(c)),
    names = s.classes.length <= 40 ? s.classes.map(classButton) : [],
    list = h('datalist', {id}, ...s.classes.map(c => h('option', {value: c.name}))),
    others = [
      ['n', 'not a real image', 'not_real'],
      ['u', 'unsure', 'unsure'],
      ['x', 'no judgement', null],
    ].map(([key, text, to]) => labelButton(() => mark(to), null, keyCap(key), text)),
    props = {class: 'gx-row', role: 'group', 'aria-label': 'what the selected images show'};
  return {box: h('div', props, ...names, find, list, ...others), find};
};

/** Undo and redo, and what is done to many: `tell(status)`, and `show(tiles)` for another page. */
export const manyRow = (s, act, all) => {
  const undo = button('Undo', () => act('undo')),
    redo = button('Redo', () => act('redo')),
    page = button('Accept rest of page', () => act('accept')),
    classes = [['', 'Accept all predicted …'], ...s.classes.map((c, i) => [i, c.name])],
    acceptAll = v => {
      if (v !== '') act('label_predicted', +v);
      ofClass.value = '';
    },
    ofClass = choice('accept everything that is predicted as', classes, acceptAll),
    what = [
      ['wrong', 'corrections only'],
      ['all', 'everything judged'],
    ],
    keep = choice('what to export', what, () => {}),
    save = button('Export', () => act('save', keep.value)),
    box = row(undo, redo, button('Select page', all), page, ofClass, keep, save);
  box.show = t => {
    page.disabled = ofClass.disabled = t.hidden;
  };
  box.tell = st => {
    [undo.disabled, redo.disabled] = [!st.undo, !st.redo];
  };
  return box;
};
