/** The heartbeat of a node on a real database. */
import { Gauge, Registry } from 'prom-client';
import { HealthProbes, NodeIdentity, Shutdown, loadConfig } from '@aeturnis/platform';
import { openDatabases } from '../../../../test/support/databases/open-databases';
import { testEnvironment } from '../../../../test/support/environment';
import { NodeHeartbeat } from './node-heartbeat';
import { NodesRepository } from './nodes.repository';

it('a node whose database was ready before the rest of the start is ready to write at once', async () => {
  // Redis that does not answer delays the start by a second, in which the database becomes ready.
  const { url, database, close } = await openDatabases();
  const config = loadConfig(testEnvironment({ DATABASE_URL: url }));
  const [probes, shutdown] = [new HealthProbes(), new Shutdown()];
  const gauge = new Gauge({ name: 'writable', help: 'any', registers: [new Registry()] });
  const identity = new NodeIdentity(config);
  const heartbeat = new NodeHeartbeat(
    config,
    identity,
    new NodesRepository(database),
    database,
    probes,
    shutdown,
    gauge,
  );
  try {
    heartbeat.onModuleInit();
    heartbeat.onApplicationBootstrap();
    expect(await probes.run('writes')).toEqual({ status: 'up' });
  } finally {
    await shutdown.run(() => Promise.resolve());
    await close();
  }
});
