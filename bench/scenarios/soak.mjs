// Thousands of connections through a minute of everything at once: none may be dropped, nothing may be left behind.
import { setTimeout as delay } from 'node:timers/promises';
import { Crowd } from '../load/crowd.mjs';
import { onStage } from '../support/stage.mjs';

/** Short, so that the sessions of those who have left are gone before the memory is weighed again. */
const RECOVERY_WINDOW_MS = 5_000;

export const soak = {
  name: 'soak',
  title: 'A soak',
  about:
    'Connections in rooms of 50, under chat (200 events a second), answered requests (1,000 a second) and players who leave ' +
    'and come (50 a second), for a minute. The heap is weighed before and after, with the garbage collected and the sessions ' +
    'of those who left expired, for which their window is 5 s instead of two minutes; the journal of the minute is kept ' +
    'longer and is part of the growth. 10,000 connections; 2,000 and 15 s where it was quick.',
  sides: ['ours'],
  reference: undefined,
  parts: ['soak'],
  repetitions: 1,
  figures: {
    heapGrowth: { title: 'heap after to before', digits: 3, drawn: true },
    dropped: { title: 'dropped', digits: 0 },
    refused: { title: 'refused', digits: 0 },
    unanswered: { title: 'unanswered', digits: 0 },
    heapMb: { title: 'heap before, MB', digits: 1 },
    busy: { title: 'server busy %', digits: 0 },
  },
  limitMs: 300_000,

  run(side, { quick, profile }) {
    const [players, warmMs, durationMs, settlingMs] = quick
      ? [2_000, 6_000, 15_000, 8_000]
      : [10_000, 10_000, 60_000, 15_000];
    const settings = { RECOVERY_WINDOW_MS: String(RECOVERY_WINDOW_MS) };
    return onStage(side, { profile, settings }, async (stage) => {
      const crowd = await Crowd.gather(stage, players);
      await crowd.live(warmMs);
      const before = await weigh(stage, settlingMs);
      const end = stage.meter();
      await crowd.live(durationMs);
      const { busy, foreign } = end();
      const after = await weigh(stage, settlingMs);
      const { dropped, refused, unanswered } = crowd;
      crowd.drop();
      const figures = {
        heapGrowth: after / before,
        dropped,
        refused,
        unanswered,
        heapMb: before / 1e6,
        busy: 100 * busy,
      };
      return [{ part: 'soak', foreign, figures }];
    });
  },
};

/** In bytes. */
async function weigh({ memory }, settlingMs) {
  await delay(settlingMs);
  const { heapUsed, external } = await memory();
  return heapUsed + external;
}
