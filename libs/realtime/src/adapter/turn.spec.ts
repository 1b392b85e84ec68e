/** Turns of writing: at once on a node that has time, less often on one that writes to many all the time. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { Turn } from './turn';

const REST_MS = 50;

describe('Turn', () => {
  let now: number;
  let load: number;
  let turn: Turn;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
    [now, load] = [1_000, 1];
    turn = new Turn({ now: () => now, load: () => load });
  });
  afterEach(() => jest.useRealTimers());

  class Line {
    writes = 0;
    constructor(private readonly takesMs = 0) {}

    flush(): void {
      this.writes++;
      now += this.takesMs;
    }
  }

  async function broadcast(to: number, takesMs: number): Promise<void> {
    const lines = Array.from({ length: to }, () => new Line(takesMs / to));
    for (const line of lines) turn.atTheEnd(line);
    await turnOfTheLoop();
    expect(lines.every(({ writes }) => writes === 1)).toBe(true);
  }

  async function writesInThisTurn(): Promise<number> {
    const line = new Line();
    turn.atTheEnd(line);
    expect(line.writes).toBe(0);
    await turnOfTheLoop();
    return line.writes;
  }

  it('ends with the turn of the event loop', async () => {
    expect(await writesInThisTurn()).toBe(1);
  });

  it('lasts longer after a broadcast to many on a busy node, by what that took, and ends all the same', async () => {
    await broadcast(256, 4);
    const line = new Line();
    turn.atTheEnd(line);
    await turnOfTheLoop();
    jest.advanceTimersByTime(19);
    expect(line.writes).toBe(0);
    jest.advanceTimersByTime(1);
    expect(line.writes).toBe(1);
    now += 20;
    expect(await writesInThisTurn()).toBe(1);
  });

  it('never lasts longer than that', async () => {
    await broadcast(1_000, 800);
    const line = new Line();
    turn.atTheEnd(line);
    jest.advanceTimersByTime(REST_MS);
    expect(line.writes).toBe(1);
  });

  it('does not let anybody wait for an answer, and none of the others go without', async () => {
    await broadcast(300, 10);
    const [asking, other] = [new Line(), new Line()];
    for (const line of [asking, other]) turn.atTheEnd(line);
    turn.hurry(asking);
    await turnOfTheLoop();
    expect([asking.writes, other.writes]).toEqual([1, 0]);
    jest.advanceTimersByTime(REST_MS);
    expect(other.writes).toBe(1);
  });

  it('is short after a broadcast to few', async () => {
    await broadcast(20, 10);
    expect(await writesInThisTurn()).toBe(1);
  });

  it('is short where the node has time', async () => {
    load = 0.5;
    await broadcast(300, 10);
    expect(await writesInThisTurn()).toBe(1);
  });
});
