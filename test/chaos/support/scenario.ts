/** Runs a chaos scenario on its own cluster; afterwards all counts must be exact and nothing may leak. */
import { appendFileSync } from 'node:fs';
import { closeClients } from '../../support/clients/client';
import { stopServerProcesses } from '../../support/servers/server';
import { expectExactCounts } from './assertions/exact-counts';
import { initialRedisConnections, expectNoLeaks } from './assertions/leaks';
import type { NodeApplication } from './chaos-node';
import { ChaosCluster } from './chaos-cluster';

export interface ScenarioSettings {
  nodes: readonly string[];
  environment?: Record<string, string>;
  application?: NodeApplication;
  /** Nodes connect to PostgreSQL without the gate, which is too slow for many transactions. */
  isUngated?: boolean;
  limitMs?: number;
}

export const TWO_NODES = { nodes: ['west', 'east'] } as const;
export const TWO_RAID_NODES = { ...TWO_NODES, application: 'raid' } as const;
const DEFAULT_LIMIT_MS = 180_000;

/** The figures of a scenario for the report. */
export type ScenarioCounts = Record<string, number>;

/** Declares the test. A failure names the seed; set CHAOS_SEED to it to repeat the random choices. */
export function scenario(
  title: string,
  settings: ScenarioSettings,
  run: (cluster: ChaosCluster) => Promise<ScenarioCounts>,
): void {
  afterEach(async () => {
    closeClients();
    await stopServerProcesses();
  });

  it(
    title,
    async () => {
      const startedAt = Date.now();
      const { nodes, environment = {}, application, isUngated } = settings;
      const cluster = await ChaosCluster.open(title, nodes, environment, application, isUngated);
      try {
        const before = await initialRedisConnections(cluster);
        const counted = await run(cluster);
        await expectExactCounts(cluster);
        await expectNoLeaks(cluster, before);
        appendResult({ title, ms: Date.now() - startedAt, counted });
      } catch (error) {
        throw new Error(`with CHAOS_SEED=${cluster.random.seed}`, { cause: error });
      } finally {
        closeClients();
        await stopServerProcesses();
        await cluster.close();
      }
    },
    settings.limitMs ?? DEFAULT_LIMIT_MS,
  );
}

function appendResult(result: { title: string; ms: number; counted: ScenarioCounts }): void {
  const file = process.env['CHAOS_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
}
