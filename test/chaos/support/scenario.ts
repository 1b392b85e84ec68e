/** A scenario: a world, what happens in it, and proof that all counts are exact afterwards and nothing is left behind. */
import { appendFileSync } from 'node:fs';
import { closeClients } from '../../support/client';
import { stopServerProcesses } from '../../support/server';
import { census } from './census';
import { connectionsAtFirst, expectNothingLeft } from './leaks';
import type { Application } from './node';
import { World } from './world';

export interface Setting {
  nodes: readonly string[];
  environment?: Record<string, string>;
  application?: Application;
  /** Nodes speak to PostgreSQL past the gate, which is no match for many transactions. */
  ungated?: boolean;
  limitMs?: number;
}

const LIMIT_MS = 180_000;

/** What a scenario counted, for the table. */
export type Counted = Record<string, number>;

/** Declares the test. It fails with the seed, so that the same chances can be had again with CHAOS_SEED. */
export function scenario(title: string, setting: Setting, play: (world: World) => Promise<Counted>): void {
  afterEach(async () => {
    closeClients();
    await stopServerProcesses();
  });

  it(
    title,
    async () => {
      const startedAt = Date.now();
      const { nodes, environment = {}, application, ungated } = setting;
      const world = await World.open(title, nodes, environment, application, ungated);
      try {
        const before = await connectionsAtFirst(world);
        const counted = await play(world);
        await census(world);
        await expectNothingLeft(world, before);
        record({ title, ms: Date.now() - startedAt, counted });
      } catch (error) {
        throw new Error(`with CHAOS_SEED=${world.chance.seed}`, { cause: error });
      } finally {
        closeClients();
        await stopServerProcesses();
        await world.close();
      }
    },
    setting.limitMs ?? LIMIT_MS,
  );
}

function record(result: { title: string; ms: number; counted: Counted }): void {
  const file = process.env['CHAOS_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
}
