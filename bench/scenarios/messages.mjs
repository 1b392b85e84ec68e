// Messages that are stored before they are acknowledged: their cost, compared with the SQL statements alone.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createConversations, ConversationWriters } from '../load/conversation-writers.mjs';
import { withPostgres } from '../support/postgres.mjs';
import { measureStatementLoop, measureStoredWork } from '../support/stored-work.mjs';
import { withServers } from '../support/with-servers.mjs';

/** By part: the number of writers, and of conversations of each; 0 is one conversation of all. */
const PARTS = { 'one conversation': { users: 16, perUser: 0 }, '1,000 conversations': { users: 100, perUser: 10 } };

export const messages = {
  name: 'messages',
  title: 'Stored messages',
  about:
    '`message:send` of the whole product, acknowledged after the commit and published to the members, on PostgreSQL with ' +
    'durable commits; compared with a loop over `pg` that runs the same statements, one transaction for each message, and ' +
    'does nothing else. 16 members write in one conversation, 100 in ten of their own each. p95 is the latency of the acks ' +
    'at half the maximum rate. PostgreSQL shares its core with the load. Rate limits are off.',
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
        return withServers(side, options, (stage) => MEASURE_BY_SIDE[side](stage, postgres, size, timing));
      });
      parts.push({ part, ...measured });
    }
    return parts;
  },
};

const MEASURE_BY_SIDE = { product: measureProduct, pg: measureStatements };

async function measureProduct({ urls: [url], meter }, postgres, { users, perUser }, timing) {
  const guests = await ConversationWriters.createGuests(url, users);
  const ids = guests.map(({ id }) => id);
  const writers = await ConversationWriters.connect(url, guests, await createConversations(postgres.url, ids, perUser));
  writers.saturate();
  const measured = toFigures(await measureStoredWork(() => writers.stored, meter, postgres, timing));
  writers.pace(measured.figures.messagesPerSecond / 2);
  await delay(timing.warmMs);
  writers.latencies.clear();
  await delay(timing.windowMs);
  const { p95 } = writers.latencies.quantiles();
  writers.drop();
  return { ...measured, figures: { ...measured.figures, p95 } };
}

async function measureStatements(stage, postgres, { users, perUser }, timing) {
  const ids = Array.from({ length: users }, () => randomUUID());
  const targets = await createConversations(postgres.url, ids, perUser);
  return toFigures(await measureStatementLoop(stage, postgres, targets, timing));
}

function toFigures({ foreign, time, perSecond, serverCpu, databaseCpu, busy }) {
  return {
    foreign,
    figures: { usPerMessage: time, messagesPerSecond: perSecond, cpuPerMessage: serverCpu, databaseCpu, busy },
  };
}
