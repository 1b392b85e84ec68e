/** Outages of Redis and then PostgreSQL under load: no process exits, commands are answered, and the service recovers. */
import { closeClients } from '../support/clients/client';
import { runOutage } from '../support/faults/outage';
import { stopServerProcesses } from '../support/servers/server';

afterAll(async () => {
  closeClients();
  await stopServerProcesses();
});

it('nodes survive an outage of Redis and one of PostgreSQL', async () => {
  const report = await runOutage(8_000, 5_000, () => undefined);
  // Without Redis all commands succeed on each node; without PostgreSQL those that need it get a retryable error.
  expect(Object.keys(report.duringRedis)).toEqual(['ok']);
  expect(report.duringPostgres['ok']).toBeGreaterThan(0);
  expect(Object.keys(report.duringPostgres).filter((code) => !['ok', 'UNAVAILABLE', 'TIMEOUT'].includes(code))).toEqual(
    [],
  );
  expect(Object.keys(report.afterwards)).toEqual(['ok']);
}, 90_000);
