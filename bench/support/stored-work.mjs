// Measures work that is stored in PostgreSQL: by the whole product, or by a loop over its statements.
import { setTimeout as delay } from 'node:timers/promises';

/** `count` returns how much has been stored so far. Times are in microseconds for each piece of work. */
export async function measureStoredWork(count, meter, postgres, { warmMs, windowMs }) {
  await delay(warmMs);
  const [before, cpu, end] = [await count(), postgres.cpu(), meter()];
  await delay(windowMs);
  const [spent, stored, database] = [end(), (await count()) - before, postgres.cpu() - cpu];
  return {
    foreign: spent.foreign,
    time: spent.took / stored,
    perSecond: stored / (spent.took / 1e6),
    serverCpu: spent.servers / stored,
    databaseCpu: database / stored,
    busy: 100 * spent.busy,
  };
}

/** Lets a statement loop work on these targets for the time of the measurement. */
export async function measureStatementLoop({ urls: [url], meter }, postgres, targets, timing) {
  const fetchJson = async (options) => (await fetch(url, options)).json();
  const workOn = async (given) => fetchJson({ method: 'POST', body: JSON.stringify(given) });
  await workOn(targets);
  const measured = await measureStoredWork(async () => (await fetchJson({})).stored, meter, postgres, timing);
  await workOn([]);
  return measured;
}
