/** A long outage: ten minutes without Redis and one without PostgreSQL (SOAK_REDIS_S and SOAK_POSTGRES_S override). */
import { closeClients } from '../support/clients/client';
import { runOutage } from '../support/faults/outage';
import { stopServerProcesses } from '../support/servers/server';

const seconds = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);
const REDIS_S = seconds('SOAK_REDIS_S', 600);
const POSTGRES_S = seconds('SOAK_POSTGRES_S', 60);
const MAX_GROWTH_MB = 64;

afterAll(async () => {
  closeClients();
  await stopServerProcesses();
});

it(
  `survives ${REDIS_S} s without Redis and ${POSTGRES_S} s without PostgreSQL within ${MAX_GROWTH_MB} MB of growth`,
  async () => {
    const report = await runOutage(REDIS_S * 1000, POSTGRES_S * 1000, (line) =>
      process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`),
    );
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    expect(Object.keys(report.duringRedis)).toEqual(['ok']);
    expect(Object.keys(report.afterwards)).toEqual(['ok']);
    const [before = [], ...later] = report.memory;
    for (const samples of later)
      samples.forEach((mb, node) => expect(mb - (before[node] ?? 0)).toBeLessThan(MAX_GROWTH_MB));
  },
  (REDIS_S + POSTGRES_S + 120) * 1000,
);
