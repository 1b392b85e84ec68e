// Authenticated connections: the CPU time of the server until each is connected and set up.
import { setTimeout as delay } from 'node:timers/promises';
import { LatencySamples } from '../load/latency-samples.mjs';
import { runConcurrently } from '../load/concurrency.mjs';
import { withServers } from '../support/with-servers.mjs';

const CONCURRENCY = 50;
/** Time for the set-up that the server continues after it has confirmed a connection. */
const SETUP_GRACE_MS = 500;

export const connect = {
  name: 'connect',
  title: 'Connections',
  about:
    'WebSocket connections that authenticate with a JWT, 50 at a time. `ours` checks origin, limits, token and account ' +
    'data, joins the standing rooms, opens a recoverable session and sends `system:sync`; `ours, no sync` is the same ' +
    'without `system:sync`. `colyseus` reserves a seat over HTTP first and then joins a room. `bare` verifies with a key ' +
    'object; `nest`, as tutorials do, with the secret as a string.',
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
    return withServers(side, { profile }, async ({ Client, urls, meter }) => {
      const latencies = new LatencySamples();
      const clients = [];
      const connectPlayer = async (player) => {
        const startedAt = performance.now();
        clients.push(await Client.connect(urls[0], player));
        latencies.add(performance.now() - startedAt);
      };
      await runConcurrently(warm, CONCURRENCY, connectPlayer);
      await delay(SETUP_GRACE_MS);
      latencies.clear();
      const [startedAt, end] = [performance.now(), meter()];
      await runConcurrently(count, CONCURRENCY, (player) => connectPlayer(warm + player));
      const tookMs = performance.now() - startedAt;
      await delay(SETUP_GRACE_MS);
      const { servers, foreign } = end();
      for (const client of clients) client.drop();
      const { p50, p95 } = latencies.quantiles();
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
