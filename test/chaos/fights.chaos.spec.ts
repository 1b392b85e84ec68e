/**
 * Fights go on through faults: a node is killed, Redis is away, PostgreSQL restarts. No turn is lost to the server, each result
 * arrives once and in order, every finished fight verifies, and experience is given once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosCluster } from './support/chaos-cluster';
import { expectExactFights, longestPauseMs } from './support/assertions/exact-fights';
import { FightLoad, queryDatabase } from './support/load/fight-load';
import { scenario, TWO_NODES } from './support/scenario';

const DUELS = 6;
/** Of six rats. */
const HUNTS = 4;
/** Results of each fight before a fault, and after it. */
const RESULTS = 4;
/** Of a fight after the death of a node, besides the pauses that this machine makes anyway. */
const MAX_PAUSE_MS = 3_000;
const REDIS_AWAY_MS = 2_000;
const POSTGRES_AWAY_MS = 4_000;

/** Fights whose players are on both nodes, or on the same one. @param west the address of the first node. */
async function beginFights(cluster: ChaosCluster, west: string): Promise<FightLoad> {
  const load = new FightLoad(cluster);
  const east = cluster.node(1).url;
  const duels = Array.from({ length: DUELS }, (_, number) => [west, number % 3 === 0 ? west : east] as const);
  const hunters = Array.from({ length: HUNTS }, (_, number) => (number % 2 === 0 ? west : east));
  await load.begin(duels, hunters);
  await load.waitForMore(RESULTS);
  return load;
}

scenario('fights on a killed node go on at the other within three seconds', TWO_NODES, async (cluster) => {
  const [killed, other] = [cluster.node(0), cluster.node(1)];
  const gate = await cluster.openGate(killed.url);
  const load = await beginFights(cluster, gate.url.replace(/\/$/, ''));
  const healthyAt = performance.now();
  await load.waitForMore(RESULTS);
  gate.redirectTo(other.url);
  await killed.kill();
  const killedAt = performance.now();
  await load.waitForMore(RESULTS);
  const usualMs = longestPauseMs(load, healthyAt, killedAt);
  const pauseMs = longestPauseMs(load, killedAt);
  expect(pauseMs).toBeLessThan(MAX_PAUSE_MS + usualMs);
  await load.finish();
  return { ...(await expectExactFights(cluster, load)), pauseMs };
});

scenario('fights go on while Redis is away for two seconds', TWO_NODES, async (cluster) => {
  const load = await beginFights(cluster, cluster.node(0).url);
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.close()));
  await delay(REDIS_AWAY_MS);
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.open()));
  await Promise.all(cluster.nodes.map((node) => node.waitForStatus('ok')));
  await load.waitForMore(RESULTS);
  await load.finish();
  return expectExactFights(cluster, load);
});

scenario('no turn is lost to a restart of PostgreSQL in which its deadline passes', TWO_NODES, async (cluster) => {
  const load = await beginFights(cluster, cluster.node(0).url);
  await cluster.postgresGate.close();
  // No player could act in time: each deadline passes during the outage.
  await queryDatabase(
    cluster,
    `update fights set deadline = clock_timestamp() + interval '500 milliseconds',
      due_at = clock_timestamp() + interval '1 second' where phase = 'active'`,
  );
  await delay(POSTGRES_AWAY_MS);
  const openedAt = performance.now();
  await cluster.postgresGate.open();
  await Promise.all(cluster.nodes.map((node) => node.waitForStatus('ok')));
  await load.waitForMore(RESULTS);
  await load.finish();
  return { ...(await expectExactFights(cluster, load)), pauseMs: longestPauseMs(load, openedAt) };
});
