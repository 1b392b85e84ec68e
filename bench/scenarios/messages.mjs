// Messages that are stored before they are acknowledged: what each costs, beside the statements alone.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { converse, Talkers } from '../load/talk.mjs';
import { withPostgres } from '../support/postgres.mjs';
import { onStage } from '../support/stage.mjs';

/** By part: who writes, and in how many conversations of their own; none is one conversation of all. */
const PARTS = { 'one conversation': { users: 16, each: 0 }, '1,000 conversations': { users: 100, each: 10 } };

export const messages = {
  name: 'messages',
  title: 'Stored messages',
  about:
    '`message:send` of the whole product, acknowledged after the commit and told to the members, on PostgreSQL with durable ' +
    'commits; beside a loop over `pg` that runs the same statements, one transaction for each message, and does nothing else. ' +
    '16 members write in one conversation, 100 in ten of their own each. p95 is that of the acks at half of the pace reached. ' +
    'PostgreSQL shares its core with the load. Rate limits are off.',
  sides: ['product', 'pg'],
  reference: 'pg',
  parts: Object.keys(PARTS),
  figures: {
    usPerMessage: { title: 'time, µs per message', digits: 0, compared: true, drawn: true },
    messagesPerSecond: { title: 'messages/s', digits: 0 },
    cpuPerMessage: { title: 'server CPU, µs per message', digits: 0, drawn: true },
    databaseCpu: { title: 'PostgreSQL CPU, µs per message', digits: 0 },
    p95: { title: 'p95 ms of acks at half', digits: 1 },
    busy: { title: 'server busy %', digits: 0 },
  },
  limitMs: 120_000,

  async run(side, { quick, profile }) {
    const timing = quick ? { warmMs: 1_500, windowMs: 3_000 } : { warmMs: 3_000, windowMs: 8_000 };
    const parts = [];
    for (const [part, size] of Object.entries(PARTS)) {
      const measured = await withPostgres((postgres) => {
        const settings = { DATABASE_URL: postgres.url, LIMITS: 'off', NODE_ENV: 'development' };
        const options = { profile: profile && `${profile}-${size.users}`, settings };
        return onStage(side, options, (stage) => SIDES[side](stage, postgres, size, timing));
      });
      parts.push({ part, ...measured });
    }
    return parts;
  },
};

const SIDES = { product: ofProduct, pg: ofLoop };

async function ofProduct({ urls: [url], meter }, postgres, { users, each }, timing) {
  const guests = await Talkers.guests(url, users);
  const ids = guests.map(({ id }) => id);
  const talkers = await Talkers.enter(url, guests, await converse(postgres.url, ids, each));
  talkers.saturate();
  const measured = await measure(() => talkers.stored, meter, postgres, timing);
  talkers.pace(measured.figures.messagesPerSecond / 2);
  await delay(timing.warmMs);
  talkers.ages.clear();
  await delay(timing.windowMs);
  const { p95 } = talkers.ages.quantiles();
  talkers.drop();
  return { ...measured, figures: { ...measured.figures, p95 } };
}

async function ofLoop({ urls: [url], meter }, postgres, { users, each }, timing) {
  const ids = Array.from({ length: users }, () => randomUUID());
  const ask = async (options) => (await fetch(url, options)).json();
  const begin = async (places) => ask({ method: 'POST', body: JSON.stringify(places) });
  await begin(await converse(postgres.url, ids, each));
  const measured = await measure(async () => (await ask({})).stored, meter, postgres, timing);
  await begin([]);
  return measured;
}

async function measure(count, meter, postgres, { warmMs, windowMs }) {
  await delay(warmMs);
  const [before, cpu, end] = [await count(), postgres.cpu(), meter()];
  await delay(windowMs);
  const [spent, stored, database] = [end(), (await count()) - before, postgres.cpu() - cpu];
  const figures = {
    usPerMessage: spent.took / stored,
    messagesPerSecond: stored / (spent.took / 1e6),
    cpuPerMessage: spent.servers / stored,
    databaseCpu: database / stored,
    busy: 100 * spent.busy,
  };
  return { foreign: spent.foreign, figures };
}
