/** Writing positions behind: together, the newest, and not lost when the database is away. */
import { Logger } from '@nestjs/common';
import { Shutdown } from '@aeturnis/platform';
import { type Caller } from '@aeturnis/realtime';
import { Counter, Gauge, Registry } from 'prom-client';
import type { CharactersService, Place } from '../characters';
import { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { PositionWriter } from './position-writer';
import { WorldMetrics } from './world-metrics';
import { Atlas } from './zones/atlas';

const ATLAS = Atlas.read();
/** Stands for the database: it can be away, and slow. */
class Storage {
  readonly statements: ReadonlyMap<string, Place>[] = [];
  away = false;
  gate: Promise<void> = Promise.resolve();

  async savePlaces(places: ReadonlyMap<string, Place>): Promise<void> {
    await this.gate;
    if (this.away) throw new Error('the database is away');
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

  it('writes what calls that come together have noted in one statement', async () => {
    const flushes = ['a', 'b', 'c'].map((id) => {
      writer.note(at(id, 1));
      return writer.flush();
    });
    await Promise.all(flushes);
    expect(storage.statements).toHaveLength(1);
    expect([...storage.rows.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('writes of those who leave together all in one statement, and of the others none', async () => {
    writer.note(at('walker', 1));
    writer.note(at('a', 1));
    await Promise.all([writer.save(at('a', 2)), writer.save(at('b', 3))]);
    expect(storage.statements).toHaveLength(1);
    expect(storage.rows).toEqual(new Map(Object.entries({ a: 2, b: 3 })));
    await writer.flush();
    expect(storage.rows).toEqual(new Map(Object.entries({ a: 2, b: 3, walker: 1 })));
  });

  it('keeps where one was left until it is written, and nothing older after that', async () => {
    storage.away = true;
    const open = holdBack(storage);
    const first = writer.save(at('a', 1));
    await Promise.resolve();
    const second = writer.save(at('a', 2));
    expect(writer.pending('a')).toMatchObject({ x: 2 });
    open();
    await first;
    storage.away = false;
    await second;
    await writer.flush();
    expect(storage.statements).toHaveLength(1);
    expect(storage.rows).toEqual(new Map([['a', 2]]));
  });

  it('writes nothing where nothing is noted', async () => {
    await writer.flush();
    expect(storage.statements).toHaveLength(0);
  });

  it('settles a flush only when what was noted before it is written', async () => {
    const open = holdBack(storage);
    writer.note(at('a', 1));
    const first = writer.flush();
    await Promise.resolve();
    writer.note(at('b', 2));
    const second = writer.flush();
    open();
    await second;
    await first;
    expect(storage.rows).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
  });

  it('keeps positions while the database is away, and of each character the last', async () => {
    storage.away = true;
    writer.note(at('a', 1));
    writer.note(at('b', 1));
    await writer.flush();
    writer.note(at('a', 2));
    await writer.flush();
    expect(writer.pending('a')).toMatchObject({ x: 2 });
    storage.away = false;
    await writer.flush();
    expect(storage.statements).toHaveLength(1);
    expect(storage.rows).toEqual(
      new Map([
        ['b', 1],
        ['a', 2],
      ]),
    );
    expect(writer.pending('a')).toBeUndefined();
  });

  it('knows a place while it is being written', async () => {
    const open = holdBack(storage);
    writer.note(at('a', 5));
    const flushed = writer.flush();
    expect(writer.pending('a')).toMatchObject({ x: 5 });
    open();
    await flushed;
    expect(writer.pending('a')).toBeUndefined();
  });

  it('does not write what somebody else writes from now on, not even after a failure', async () => {
    storage.away = true;
    writer.note(at('a', 1));
    const flushed = writer.flush();
    writer.drop('a');
    await flushed;
    storage.away = false;
    await writer.flush();
    expect(storage.statements).toHaveLength(0);
  });

  it('saves everybody who is still in the world at shutdown', async () => {
    writer.onModuleInit();
    played.add(at('a', 3));
    writer.note(at('b', 4));
    await shutdown.run(() => Promise.resolve());
    expect(storage.rows).toEqual(
      new Map([
        ['b', 4],
        ['a', 3],
      ]),
    );
  });
});

function at(id: string, x: number): PlayedCharacter {
  const caller = { socketId: `socket of ${id}` } as Caller;
  const place = { zone: 'starting_village', x, y: 0, facing: 0, walkedUntil: 0 };
  return new PlayedCharacter(ATLAS, caller, { id } as PlayedCharacter['character'], place, 1, 0);
}

function holdBack(storage: Storage): () => void {
  let open: () => void = () => undefined;
  storage.gate = new Promise((resolve) => (open = resolve));
  return open;
}
