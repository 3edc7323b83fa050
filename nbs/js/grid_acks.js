// What was asked of the kernel and what it has answered, without a page. Actions are numbered; an answer names the last
// that is on the disk, or has failed and said why. Only what is answered shows as done.

/** @typedef {{sent: number, acked: number, since: number}} Acks since: when (in ms) the kernel was last heard of or asked */

export const LATE = 3000;

export const nothingSent = {sent: 0, acked: 0, since: 0};

/** One more action; the waiting begins where nothing was waited for. */
export const sending = (a, now) => ({sent: a.sent + 1, acked: a.acked, since: a.sent === a.acked ? now : a.since});

/** Answers may come twice, with news of something else, and never take anything back. */
export const answered = (a, number, now) => ({...a, acked: Math.max(a.acked, number), since: now});

export const allAnswered = a => a.acked >= a.sent;

/** What to say: `save` beside the counts, and `lost` ('' for nothing) where the kernel is silent for too long. */
export const report = (a, now) => {
  const n = a.sent - a.acked,
    silent = now - a.since,
    which = `your last ${n} action${n > 1 ? 's are' : ' is'} not saved`,
    lost = `The kernel has not answered for ${Math.round(silent / 1000)} s: ${which}. It may be busy, or gone.`;
  return {save: n ? `saving ${n} …` : a.sent ? 'all saved' : '', lost: n > 0 && silent > LATE ? lost : ''};
};
