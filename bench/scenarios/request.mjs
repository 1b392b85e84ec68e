// Commands that are answered: what one request and its ack cost the server.
import { setTimeout as delay } from 'node:timers/promises';
import { Ages } from '../load/ages.mjs';
import { pooled } from '../load/pool.mjs';
import { onStage } from '../support/stage.mjs';

/** Enough for none to come near the limit of what one connection may send in a second. */
const CONNECTIONS = 3_000;
/** Of so many connections an answer is awaited; each asks again when all others have had their turn. */
const IN_FLIGHT = 200;
const CONNECTING = 50;

export const request = {
  name: 'request',
  title: 'Acknowledged requests',
  about:
    'A validated command of five fields, answered by an ack. 3,000 connections take turns, each has at most one request on ' +
    'its way, 200 are on their way at any time.',
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
    return onStage(side, { profile }, async (stage) => {
      const round = new Round();
      await pooled(CONNECTIONS, CONNECTING, async (player) =>
        round.seat(await stage.Client.connect(stage.urls[0], player)),
      );
      round.begin(IN_FLIGHT);
      await delay(quick ? 1_000 : 2_000);
      round.ages.clear();
      const [before, end] = [round.answered, stage.meter()];
      await delay(quick ? 1_500 : 4_000);
      const [spent, count] = [end(), round.answered - before];
      const { p50, p95 } = round.ages.quantiles();
      round.drop();
      const perSecond = count / (spent.took / 1e6);
      const costs = { usPerRequest: spent.servers / count, requestsPerSecond: perSecond, busy: 100 * spent.busy };
      return [{ part: 'request', foreign: spent.foreign, figures: { ...costs, p50, p95 } }];
    });
  },
};

/** Connections that ask in turn. */
class Round {
  answered = 0;
  ages = new Ages();
  #clients = [];
  #askedAt = new Map();
  #next = 0;

  seat(client) {
    client.onEnd = (error) => {
      throw error;
    };
    client.onAnswer = () => {
      this.answered++;
      this.ages.add(performance.now() - this.#askedAt.get(client));
      this.#ask();
    };
    this.#clients.push(client);
  }

  begin(inFlight) {
    for (let n = 0; n < inFlight; n++) this.#ask();
  }

  #ask() {
    const client = this.#clients[this.#next++ % this.#clients.length];
    this.#askedAt.set(client, performance.now());
    client.ask();
  }

  drop() {
    for (const client of this.#clients) client.drop();
  }
}
