/** Write-behind of positions: batched, the latest wins, and none is lost while the database is down. */
import { Logger } from '@nestjs/common';
import { Shutdown } from '@aeturnis/platform';
import { type Caller } from '@aeturnis/realtime';
import { Counter, Gauge, Registry } from 'prom-client';
import type { CharactersService, CharacterPosition } from '../../characters';
import { PlayedCharacter } from '../played-characters/played-character';
import { PlayedCharacters } from '../played-characters/played-characters';
import { PositionWriter } from './position-writer';
import { WorldMetrics } from '../world-metrics';
import { Atlas } from '../zones/atlas';

const ATLAS = Atlas.read();
/** A fake database that can be down or slow. */
class Storage {
  readonly statements: ReadonlyMap<string, CharacterPosition>[] = [];
  isDown = false;
  gate: Promise<void> = Promise.resolve();

  async savePositions(places: ReadonlyMap<string, CharacterPosition>): Promise<void> {
    await this.gate;
    if (this.isDown) throw new Error('the database is down');
    this.statements.push(places);
  }

  get rows(): Map<string, number> {
    return new Map(this.statements.flatMap((places) => [...places].map(([id, { x }]) => [id, x] as const)));
  }
}

describe('PositionWriter', () => {
  let storage: Storage;
  let played: PlayedCharacters;
  let shutdown: Shutdown;
  let writer: PositionWriter;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    storage = new Storage();
    played = new PlayedCharacters();
    shutdown = new Shutdown();
    const gauge = new Gauge({ name: 'gauge', help: 'any', registers: [new Registry()] });
    const counter = new Counter({ name: 'counter', help: 'any', registers: [new Registry()] });
    const metrics = new WorldMetrics(gauge, counter, gauge);
    writer = new PositionWriter(storage as unknown as CharactersService, played, metrics, shutdown);
  });

  it('writes the positions of concurrent flushes in one statement', async () => {
    const flushes = ['a', 'b', 'c'].map((id) => {
      writer.markUnsaved(at(id, 1));
      return writer.flush();
    });
    await Promise.all(flushes);
    expect(storage.statements).toHaveLength(1);
    expect([...storage.rows.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('writes concurrent saves in one statement, without the other unsaved positions', async () => {
    writer.markUnsaved(at('walker', 1));
    writer.markUnsaved(at('a', 1));
    await Promise.all([writer.save(at('a', 2)), writer.save(at('b', 3))]);
    expect(storage.statements).toHaveLength(1);
    expect(storage.rows).toEqual(new Map(Object.entries({ a: 2, b: 3 })));
    await writer.flush();
    expect(storage.rows).toEqual(new Map(Object.entries({ a: 2, b: 3, walker: 1 })));
  });

  it('keeps a saved position until it is written, and writes no older one after it', async () => {
    storage.isDown = true;
    const release = blockWrites(storage);
    const first = writer.save(at('a', 1));
    await Promise.resolve();
    const second = writer.save(at('a', 2));
    expect(writer.pendingPlace('a')).toMatchObject({ x: 2 });
    release();
    await first;
    storage.isDown = false;
    await second;
    await writer.flush();
    expect(storage.statements).toHaveLength(1);
    expect(storage.rows).toEqual(new Map([['a', 2]]));
  });

  it('writes nothing without unsaved positions', async () => {
    await writer.flush();
    expect(storage.statements).toHaveLength(0);
  });

  it('resolves a flush only after the positions marked before it are written', async () => {
    const release = blockWrites(storage);
    writer.markUnsaved(at('a', 1));
    const first = writer.flush();
    await Promise.resolve();
    writer.markUnsaved(at('b', 2));
    const second = writer.flush();
    release();
    await second;
    await first;
    expect(storage.rows).toEqual(new Map(Object.entries({ a: 1, b: 2 })));
  });

  it('keeps the last position of each character while the database is down', async () => {
    storage.isDown = true;
    writer.markUnsaved(at('a', 1));
    writer.markUnsaved(at('b', 1));
    await writer.flush();
    writer.markUnsaved(at('a', 2));
    await writer.flush();
    expect(writer.pendingPlace('a')).toMatchObject({ x: 2 });
    storage.isDown = false;
    await writer.flush();
    expect(storage.statements).toHaveLength(1);
    expect(storage.rows).toEqual(new Map(Object.entries({ a: 2, b: 1 })));
    expect(writer.pendingPlace('a')).toBeUndefined();
  });

  it('returns a pending position while it is being written', async () => {
    const release = blockWrites(storage);
    writer.markUnsaved(at('a', 5));
    const flushed = writer.flush();
    expect(writer.pendingPlace('a')).toMatchObject({ x: 5 });
    release();
    await flushed;
    expect(writer.pendingPlace('a')).toBeUndefined();
  });

  it('does not write a discarded position, not even after a failure', async () => {
    storage.isDown = true;
    writer.markUnsaved(at('a', 1));
    const flushed = writer.flush();
    writer.discard('a');
    await flushed;
    storage.isDown = false;
    await writer.flush();
    expect(storage.statements).toHaveLength(0);
  });

  it('saves all characters that are still in the world at shutdown', async () => {
    writer.onModuleInit();
    played.add(at('a', 3));
    writer.markUnsaved(at('b', 4));
    await shutdown.run(() => Promise.resolve());
    expect(storage.rows).toEqual(new Map(Object.entries({ a: 3, b: 4 })));
  });
});

function at(id: string, x: number): PlayedCharacter {
  const caller = { socketId: `socket of ${id}` } as Caller;
  const place = { zone: 'starting_village', x, y: 0, facing: 0, walkedUntil: 0 };
  return new PlayedCharacter(ATLAS, caller, { id } as PlayedCharacter['character'], place, 1, 0);
}

function blockWrites(storage: Storage): () => void {
  let release: () => void = () => undefined;
  storage.gate = new Promise((resolve) => (release = resolve));
  return release;
}
