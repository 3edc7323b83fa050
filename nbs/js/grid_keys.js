// What the keys of the labelling grid do, without a page: (state, key) -> {state, actions}.
//
// A state: images, the numbers of the images on the page; at, the tile with the focus; anchor, where a range begins;
// picked, the tiles selected; page, pages, hidden (are predictions hidden?), columns, keys (one for each class);
// jump and early, see `press`. An action is a list: ['send', name, ...args] asks the kernel, ['focus'] moves the focus to
// the tile `at`, ['find'] moves it to the field for names of classes.

/**
 * @typedef {{images: number[], at: number, anchor: number, picked: number[], page: number, pages: number, hidden: boolean,
 *   columns: number, keys: string, jump: null | 'first' | 'last' | 'back', early: object[]}} State
 * @typedef {{state: State, actions: Array[], ours?: boolean}} Step
 */

const step = (state, ...actions) => ({state, actions, ours: true});

const within = (state, i) => Math.min(state.images.length - 1, Math.max(0, i));

const span = (a, b) => Array.from({length: Math.abs(b - a) + 1}, (_, i) => Math.min(a, b) + i);

export const begun = keys => ({images: [], at: 0, anchor: 0, picked: [], columns: 1, keys, jump: null, early: []});

export const focusOn = (state, i) => step({...state, at: within(state, i)}, ['focus']);

/** The images that a judgement is meant for: those selected, or the one with the focus. */
export const chosen = ({images, picked, at}) => {
  return (picked.length ? [...picked].sort((a, b) => a - b) : [at]).map(i => images[i]).filter(k => k != null);
};

/**
 * A page forwards or backwards, if there is one. It takes a while to come: until then `jump` says where the focus will
 * be, on its first or its last tile.
 */
export const turn = (state, d) => {
  const to = state.page + d;
  if (to < 0 || to >= state.pages) return focusOn(state, state.at);
  return step({...state, jump: d > 0 ? 'first' : 'last'}, ['send', 'show', to]);
};

/** After a judgement: one image leads to the next, and the last one to the next page; several leave the focus. */
const onwards = (state, action) => {
  const now = {...state, picked: []},
    several = state.picked.length > 1,
    more = several || state.at + 1 < state.images.length,
    next = more ? focusOn(now, several ? state.at : state.at + 1) : turn(now, 1);
  return step(next.state, action, ...next.actions);
};

/** Judge what is chosen; to: a class, 'not_real', 'unsure', or null for no judgement. */
export const judge = (state, to) => {
  return state.images.length ? onwards(state, ['send', 'mark', chosen(state), to]) : step(state);
};

/** The classifier is right, which only someone who sees what it says can know. */
export const accept = state => {
  return state.images.length && !state.hidden ? onwards(state, ['send', 'accept_at', chosen(state)]) : step(state);
};

/** Undo or redo: the focus goes to the image that is taken back, and what is typed next is meant for it. */
const again = (state, what) => step({...state, jump: 'back'}, ['send', what]);

export const pickAll = state => step({...state, picked: span(0, state.images.length - 1)});

const toggle = (state, i) => {
  const picked = state.picked.includes(i) ? state.picked.filter(k => k !== i) : [...state.picked, i];
  return {...state, picked, anchor: i};
};

/** With Shift, a move selects everything from where it began. */
const move = (state, by, key) => {
  const to = within(state, state.at + by);
  return focusOn(key.shift ? {...state, picked: span(state.anchor, to)} : {...state, picked: [], anchor: to}, to);
};

const STEPS = {
  ArrowRight: () => 1,
  ArrowLeft: () => -1,
  ArrowDown: s => s.columns,
  ArrowUp: s => -s.columns,
  Home: () => -1e6,
  End: () => 1e6,
};

const WITH_CTRL = {
  a: pickAll,
  z: (s, key) => again(s, key.shift ? 'redo' : 'undo'),
  y: s => again(s, 'redo'),
};

const COMMANDS = {
  ' ': s => step(toggle(s, s.at)),
  Escape: s => step({...s, picked: []}),
  PageDown: s => turn(s, 1),
  PageUp: s => turn(s, -1),
  Enter: accept,
  a: accept,
  n: s => judge(s, 'not_real'),
  u: s => judge(s, 'unsure'),
  x: s => judge(s, null),
  Delete: s => judge(s, null),
  Backspace: s => judge(s, null),
  z: s => again(s, 'undo'),
  y: s => again(s, 'redo'),
  '/': s => step(s, ['find']),
};

/** What a key means, as a function of the state; null: nothing, the key is not ours. */
const meaning = (state, key) => {
  const k = key.key,
    low = k.toLowerCase();
  if (key.alt) return null;
  if (key.ctrl) return WITH_CTRL[low] || null;
  if (STEPS[k]) return s => move(s, STEPS[k](s), key);
  if (COMMANDS[k]) return COMMANDS[k];
  return low.length === 1 && state.keys.includes(low) ? s => judge(s, state.keys.indexOf(low)) : null;
};

/**
 * A key. While a page is on its way (`jump`), what is typed is meant for it: it waits in `early`, whatever it is; only
 * Tab leaves.
 * @param {State} state
 * @param {{key: string, shift?: boolean, ctrl?: boolean, alt?: boolean}} key
 * @returns {Step} ours: false for a key that the page may use for something else
 */
export const press = (state, key) => {
  const pass = {state, actions: [], ours: false};
  if (state.jump !== null) return key.key === 'Tab' ? pass : step({...state, early: [...state.early, key]});
  const f = meaning(state, key);
  return f ? f(state, key) : pass;
};

/** The keys that have waited, one after the other, until one of them turns the page again. */
export const flush = state => {
  const actions = [];
  let now = state;
  while (now.early.length && now.jump === null) {
    const [key, ...early] = now.early,
      next = press({...now, early}, key);
    now = next.state;
    actions.push(...next.actions);
  }
  return step(now, ...actions);
};

const then = (first, f) => {
  const next = f(first.state);
  return step(next.state, ...first.actions, ...next.actions);
};

/**
 * A page has come. What waits for an undone image goes on waiting: it may be that the kernel turns the page first, and
 * says where the image is with its answer.
 * @param {{images: number[], page: number, pages: number, hidden: boolean}} page
 * @param {boolean} focused was the focus in the grid?
 */
export const opened = (state, page, focused) => {
  const at = state.jump === 'last' ? page.images.length - 1 : 0,
    jump = state.jump === 'back' ? 'back' : null,
    now = {...state, ...page, at, anchor: at, picked: [], jump};
  return then(focused ? focusOn(now, at) : step(now), flush);
};

/** Everything that was asked for is answered: no page will come any more. back: the image that was taken back, if any */
export const settled = (state, back) => {
  if (state.jump === null) return step(state);
  const i = state.jump === 'back' ? state.images.indexOf(back) : -1,
    now = {...state, jump: null};
  return then(i < 0 ? step(now) : focusOn({...now, picked: []}, i), flush);
};

/** A tile is pressed: alone, with Shift as the end of a range, with Ctrl as one more. */
export const click = (state, i, {shift, ctrl}) => {
  if (shift) return focusOn({...state, picked: span(state.anchor, i)}, i);
  return focusOn(ctrl ? toggle(state, i) : {...state, picked: [i], anchor: i}, i);
};
