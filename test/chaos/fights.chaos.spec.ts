/**
 * Fights go on through faults: a node is killed, Redis is away, PostgreSQL restarts. No turn is lost to the server, each result
 * arrives once and in order, every finished fight verifies, and experience is given once. `FIGHTS` sets how many fights are
 * played while nodes are killed: in waves, and a node is killed in each.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { closeClients } from '../support/clients/client';
import type { Gate } from '../support/faults/gate';
import type { ChaosCluster } from './support/chaos-cluster';
import { expectExactFights, longestPauseMs } from './support/assertions/exact-fights';
import { FightLoad, queryDatabase } from './support/load/fight-load';
import { scenario, TWO_NODES } from './support/scenario';

const DUELS = 6;
/** Of six rats. */
const HUNTS = 4;
const FIGHTS = Number(process.env['FIGHTS'] ?? DUELS + HUNTS);
/** As many as a small machine plays at their usual pace. */
const FIGHTS_PER_WAVE = 20;
const WAVE_LIMIT_MS = 180_000;
/** Results of each fight before a fault, and after it. */
const RESULTS = 4;
/** Of a fight after the death of a node, besides the pauses that this machine makes anyway. */
const MAX_PAUSE_MS = 3_000;
const REDIS_AWAY_MS = 2_000;
const POSTGRES_AWAY_MS = 4_000;
/** After a change in the database, every node knows which rats can be attacked. */
const RATS_READ_MS = 2_000;

/**
 * Fights whose players are on both nodes, or on the same one.
 * @param west the address of the first node. @param fights how many: a few hunts, the others duels.
 */
async function beginFights(cluster: ChaosCluster, west: string, fights = DUELS + HUNTS): Promise<FightLoad> {
  const load = new FightLoad(cluster);
  const east = cluster.node(1).url;
  const hunts = Math.min(HUNTS, fights);
  const duels = Array.from({ length: fights - hunts }, (_, number) => [west, number % 3 === 0 ? west : east] as const);
  const hunters = Array.from({ length: hunts }, (_, number) => (number % 2 === 0 ? west : east));
  await load.begin(duels, hunters);
  await load.waitForMore(RESULTS);
  return load;
}

/** @param gate in front of the first node, which is killed: its players go on at the other one. */
async function fightThroughKill(cluster: ChaosCluster, gate: Gate, fights: number): Promise<Record<string, number>> {
  const [killed, other] = [cluster.node(0), cluster.node(1)];
  const load = await beginFights(cluster, gate.url.replace(/\/$/, ''), fights);
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
}

/** Restarts the killed node, and lets all rats return. */
async function prepareNextWave(cluster: ChaosCluster, gate: Gate): Promise<void> {
  closeClients();
  const killed = cluster.node(0);
  await killed.restart();
  await killed.waitForStatus('ok');
  gate.redirectTo(killed.url);
  await queryDatabase(cluster, 'update fight_monsters set returns_at = clock_timestamp()');
  await delay(RATS_READ_MS);
}

const WAVES = Math.ceil(FIGHTS / FIGHTS_PER_WAVE);
const KILL_SETTINGS = { ...TWO_NODES, limitMs: WAVES * WAVE_LIMIT_MS };

scenario('fights on a killed node go on at the other within three seconds', KILL_SETTINGS, async (cluster) => {
  const gate = await cluster.openGate(cluster.node(0).url);
  const total: Record<string, number> = { waves: WAVES };
  for (let wave = 0; wave < WAVES; wave++) {
    if (wave > 0) await prepareNextWave(cluster, gate);
    const fights = Math.min(FIGHTS_PER_WAVE, FIGHTS - wave * FIGHTS_PER_WAVE);
    const { pauseMs = 0, ...counted } = await fightThroughKill(cluster, gate, fights);
    for (const [name, count] of Object.entries(counted)) total[name] = (total[name] ?? 0) + count;
    total['pauseMs'] = Math.max(total['pauseMs'] ?? 0, pauseMs);
  }
  return total;
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
