// A minute of mixed load on thousands of connections: none may be dropped, and the heap must not grow.
import { setTimeout as delay } from 'node:timers/promises';
import { SoakLoad } from '../load/soak-load.mjs';
import { withServers } from '../support/with-servers.mjs';

/** Short, so that the sessions of players who left have expired before the heap is measured again. */
const RECOVERY_WINDOW_MS = 5_000;

export const soak = {
  name: 'soak',
  title: 'Soak test',
  about:
    'Connections in rooms of 50 with chat (200 messages a second), acknowledged requests (1,000 a second) and replaced ' +
    'players (50 a second), for a minute. The heap is measured before and after, after a garbage collection and after the ' +
    'sessions of replaced players have expired; to that end the recovery window is 5 s instead of two minutes. The journal ' +
    'of the minute lives longer and is part of the growth. 10,000 connections; a quick run has 2,000 and takes 15 s.',
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
    return withServers(side, { profile, settings }, async (stage) => {
      const load = await SoakLoad.connect(stage, players);
      await load.runFor(warmMs);
      const before = await measureHeapBytes(stage, settlingMs);
      const end = stage.meter();
      await load.runFor(durationMs);
      const { busy, foreign } = end();
      const after = await measureHeapBytes(stage, settlingMs);
      const { dropped, refused, unanswered } = load;
      load.drop();
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
async function measureHeapBytes({ memory }, settlingMs) {
  await delay(settlingMs);
  const { heapUsed, external } = await memory();
  return heapUsed + external;
}
