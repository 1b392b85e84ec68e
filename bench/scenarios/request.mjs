// Acknowledged commands: the CPU time of the server for one request and its ack.
import { setTimeout as delay } from 'node:timers/promises';
import { LatencySamples } from '../load/latency-samples.mjs';
import { runConcurrently } from '../load/concurrency.mjs';
import { withServers } from '../support/with-servers.mjs';

/** Enough to keep every connection far below its rate limit. */
const CONNECTIONS = 3_000;
/** Number of connections with a request in flight; the connections take turns. */
const IN_FLIGHT = 200;
const CONNECT_CONCURRENCY = 50;

export const request = {
  name: 'request',
  title: 'Acknowledged requests',
  about:
    'A validated command of five fields, answered by an ack. 3,000 connections take turns, each with at most one request in ' +
    'flight; 200 requests are in flight at any time.',
  sides: ['ours', 'bare', 'ws', 'colyseus', 'nest'],
  reference: 'bare',
  parts: ['request'],
  figures: {
    usPerRequest: { title: 'server CPU, µs per request', digits: 1, compared: true, drawn: true },
    requestsPerSecond: { title: 'requests/s', digits: 0 },
    p50: { title: 'p50 ms', digits: 1 },
    p95: { title: 'p95 ms', digits: 1 },
    busy: { title: 'server busy %', digits: 0 },
  },
  limitMs: 90_000,

  run(side, { quick, profile }) {
    return withServers(side, { profile }, async (stage) => {
      const rotation = new RequestRotation();
      await runConcurrently(CONNECTIONS, CONNECT_CONCURRENCY, async (player) =>
        rotation.add(await stage.Client.connect(stage.urls[0], player)),
      );
      rotation.start(IN_FLIGHT);
      await delay(quick ? 1_000 : 2_000);
      rotation.latencies.clear();
      const [before, end] = [rotation.answered, stage.meter()];
      await delay(quick ? 1_500 : 4_000);
      const [spent, count] = [end(), rotation.answered - before];
      const { p50, p95 } = rotation.latencies.quantiles();
      rotation.drop();
      const perSecond = count / (spent.took / 1e6);
      const costs = { usPerRequest: spent.servers / count, requestsPerSecond: perSecond, busy: 100 * spent.busy };
      return [{ part: 'request', foreign: spent.foreign, figures: { ...costs, p50, p95 } }];
    });
  },
};

/** Connections that send requests in turn. */
class RequestRotation {
  answered = 0;
  latencies = new LatencySamples();
  #clients = [];
  #sentAt = new Map();
  #next = 0;

  add(client) {
    client.onEnd = (error) => {
      throw error;
    };
    client.onAnswer = () => {
      this.answered++;
      this.latencies.add(performance.now() - this.#sentAt.get(client));
      this.#sendNext();
    };
    this.#clients.push(client);
  }

  start(inFlight) {
    for (let n = 0; n < inFlight; n++) this.#sendNext();
  }

  #sendNext() {
    const client = this.#clients[this.#next++ % this.#clients.length];
    this.#sentAt.set(client, performance.now());
    client.ask();
  }

  drop() {
    for (const client of this.#clients) client.drop();
  }
}
