// Players who come in with a token: what it costs the server until they are connected and set up.
import { setTimeout as delay } from 'node:timers/promises';
import { Ages } from '../load/ages.mjs';
import { pooled } from '../load/pool.mjs';
import { onStage } from '../support/stage.mjs';

const CONCURRENCY = 50;
/** What the server does for a connection after it has said that it is there. */
const AFTERWARDS_MS = 500;

export const connect = {
  name: 'connect',
  title: 'Connections',
  about:
    'WebSocket connections that prove a JWT, 50 at a time. `ours` checks origin, limits, token and account data, joins the ' +
    'standing rooms, opens a session that can be recovered and greets; `ours, no sync` is the same without sending ' +
    '`system:sync`. `colyseus` reserves a seat over HTTP first and is in a room then. `bare` verifies with a key object; ' +
    '`nest`, as tutorials do, with the secret as a string.',
  sides: ['ours', 'ours, no sync', 'bare', 'ws', 'colyseus', 'nest'],
  reference: 'bare',
  parts: ['connect'],
  figures: {
    msPerConnection: { title: 'server CPU, ms per connection', digits: 3, compared: true, drawn: true },
    connectionsPerSecond: { title: 'connections/s', digits: 0 },
    p50: { title: 'p50 ms', digits: 1 },
    p95: { title: 'p95 ms', digits: 1 },
  },
  limitMs: 90_000,

  run(side, { quick, profile }) {
    const [warm, count] = quick ? [500, 1_500] : [6_000, 4_000];
    return onStage(side, { profile }, async ({ Client, urls, meter }) => {
      const ages = new Ages();
      const clients = [];
      const take = async (player) => {
        const startedAt = performance.now();
        clients.push(await Client.connect(urls[0], player));
        ages.add(performance.now() - startedAt);
      };
      await pooled(warm, CONCURRENCY, take);
      await delay(AFTERWARDS_MS);
      ages.clear();
      const [startedAt, end] = [performance.now(), meter()];
      await pooled(count, CONCURRENCY, (player) => take(warm + player));
      const tookMs = performance.now() - startedAt;
      await delay(AFTERWARDS_MS);
      const { servers, foreign } = end();
      for (const client of clients) client.drop();
      const { p50, p95 } = ages.quantiles();
      const figures = {
        msPerConnection: servers / 1_000 / count,
        connectionsPerSecond: (1_000 * count) / tookMs,
        p50,
        p95,
      };
      return [{ part: 'connect', foreign, figures }];
    });
  },
};
