// Actions in fights, each a transaction: their cost, compared with the SQL statements alone.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Duellists } from '../load/duellists.mjs';
import { storeSampleFights } from '../load/sample-fights.mjs';
import { withPostgres } from '../support/postgres.mjs';
import { measureStatementLoop, measureStoredWork } from '../support/stored-work.mjs';
import { withServers } from '../support/with-servers.mjs';

const FIGHTS = 500;
/** The characters of closed connections have left the world after this time. */
const CHARACTER_GRACE_MS = 12_000;
/** As many as the connections to PostgreSQL of the statement loop, twice. */
const IN_FLIGHT = 20;

export const fights = {
  name: 'fights',
  title: 'Actions in fights',
  about:
    '500 duels at once on one node of the whole product: `combat:action`, acknowledged after the commit and published to ' +
    'both players; compared with a loop over `pg` that runs the same statements with entries and a state of the same size, ' +
    'and does nothing else. p95 is the latency of the acks at half the maximum rate. PostgreSQL shares its core with the ' +
    'load. Rate limits are off.',
  sides: ['product', 'pg fights'],
  reference: 'pg fights',
  parts: ['500 duels'],
  figures: {
    usPerAction: { title: 'time, µs per action', digits: 0, compared: true, drawn: true },
    actionsPerSecond: { title: 'actions/s', digits: 0 },
    cpuPerAction: { title: 'server CPU, µs per action', digits: 0, compared: true, drawn: true },
    databaseCpu: { title: 'PostgreSQL CPU, µs per action', digits: 0 },
    p95: { title: 'p95 ms of acks at half', digits: 1 },
    busy: { title: 'server busy %', digits: 0 },
  },
  limitMs: 240_000,

  async run(side, { quick, profile }) {
    const timing = quick ? { warmMs: 1_500, windowMs: 3_000 } : { warmMs: 3_000, windowMs: 8_000 };
    const measured = await withPostgres((postgres) => {
      const settings = { DATABASE_URL: postgres.url, LIMITS: 'off', NODE_ENV: 'development' };
      const measure = side === 'product' ? measureProduct : measureStatements;
      return withServers(side, { profile, settings }, (stage) => measure(stage, postgres, timing));
    });
    return [{ part: '500 duels', ...measured }];
  },
};

async function measureProduct({ urls: [url], meter }, postgres, timing) {
  const duellists = await Duellists.connect(url, FIGHTS);
  await delay(CHARACTER_GRACE_MS);
  duellists.saturate(IN_FLIGHT);
  const measured = toFigures(await measureStoredWork(() => duellists.acted, meter, postgres, timing));
  duellists.pace(measured.figures.actionsPerSecond / 2);
  await delay(timing.warmMs);
  duellists.latencies.clear();
  await delay(timing.windowMs);
  const { p95 } = duellists.latencies.quantiles();
  duellists.drop();
  return { ...measured, figures: { ...measured.figures, p95 } };
}

async function measureStatements(stage, postgres, timing) {
  const userIds = Array.from({ length: FIGHTS }, () => randomUUID());
  const fights = await storeSampleFights(postgres.url, userIds);
  return toFigures(await measureStatementLoop(stage, postgres, fights, timing));
}

function toFigures({ foreign, time, perSecond, serverCpu, databaseCpu, busy }) {
  return {
    foreign,
    figures: { usPerAction: time, actionsPerSecond: perSecond, cpuPerAction: serverCpu, databaseCpu, busy },
  };
}
