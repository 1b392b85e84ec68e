/** Redis away, then PostgreSQL away, under load: no process ends, commands are answered, and all is as before afterwards. */
import { closeClients } from '../support/client';
import { outage } from '../support/outage';
import { stopServerProcesses } from '../support/server';

afterAll(async () => {
  closeClients();
  await stopServerProcesses();
});

it('survives both', async () => {
  const report = await outage(8_000, 5_000, () => undefined);
  // Without Redis everything on a node goes on; without PostgreSQL what needs it is refused in a way that may be retried.
  expect(Object.keys(report.duringRedis)).toEqual(['ok']);
  expect(report.duringPostgres['ok']).toBeGreaterThan(0);
  expect(Object.keys(report.duringPostgres).filter((code) => !['ok', 'UNAVAILABLE', 'TIMEOUT'].includes(code))).toEqual(
    [],
  );
  expect(Object.keys(report.afterwards)).toEqual(['ok']);
}, 90_000);
