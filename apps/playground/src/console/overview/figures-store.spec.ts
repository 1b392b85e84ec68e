/** The store of figures: which nodes count as reporting, and what stays of the lines when the history is read again. */
import type { ChatClient } from '@aeturnis/client';
import type { NodeSecond } from '@aeturnis/contracts';
import type { AdminApi } from '../admin-api';
import { FiguresStore } from './figures-store';

const NOW = 1_905_249_600;
const MINUTES_15 = 900;
const NOTHING = { recoveries: {}, errors: {}, movesRefused: {} };

class Page {
  readonly store: FiguresStore;
  private answer: (history: object) => void = () => undefined;
  private receive: (event: { nodes: Partial<NodeSecond>[] }) => void = () => undefined;

  constructor() {
    const client = {
      on: (_: string, listener: typeof this.receive) => {
        this.receive = listener;
        return () => undefined;
      },
      state: {
        get: () => ({ phase: 'live' }),
        subscribe: (listener: (state: object) => void) => {
          listener({ phase: 'live' });
          return () => undefined;
        },
      },
      request: () => Promise.resolve({}),
      connect: () => Promise.resolve(),
    };
    const api = { get: () => new Promise((resolve) => (this.answer = resolve)) };
    this.store = new FiguresStore(client as unknown as ChatClient, api as unknown as AdminApi);
    this.store.start();
  }

  /** What each node reports for this second: its number of users. */
  report(second: number, users: Readonly<Record<string, number>>): void {
    const nodes = Object.entries(users).map(([nodeId, count]) => ({
      nodeId,
      at: second * 1_000,
      users: count,
      ...NOTHING,
    }));
    this.receive({ nodes });
  }

  /** Answers the request for the history that ends with this second. */
  async answerHistory(second: number, users: Readonly<Record<string, number>>): Promise<void> {
    const nodes = Object.entries(users).map(([nodeId, count]) => ({
      nodeId,
      answered: true,
      users: new Array<number>(MINUTES_15).fill(count),
    }));
    await new Promise(setImmediate);
    this.answer({ from: (second - MINUTES_15 + 1) * 1_000, nodes });
    await new Promise(setImmediate);
  }
}

let page: Page;

beforeEach(() => {
  const document = { hidden: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  Object.assign(globalThis, { document });
  page = new Page();
});
afterEach(() => {
  page.store.stop();
  Reflect.deleteProperty(globalThis, 'document');
});

it('a node that has ended is not counted any more, and keeps its line', async () => {
  await page.answerHistory(NOW, { east: 1, west: 2 });
  expect(page.store.reportingNodes.value).toBe(2);
  for (let second = NOW + 1; second <= NOW + 3; second++) page.report(second, { west: 2 });
  expect(page.store.reportingNodes.value).toBe(2);
  for (let second = NOW + 4; second <= NOW + 10; second++) page.report(second, { west: 2, south: 3 });
  expect(page.store.reportingNodes.value).toBe(2);
  expect(page.store.nodeIds).toEqual(['east', 'south', 'west']);
  expect(page.store.line('east', 'users').slice(-11, -9)).toEqual([1, null]);
});

it('a node without a second in the plots is removed', async () => {
  await page.answerHistory(NOW, { east: 1, west: 2 });
  page.report(NOW + MINUTES_15, { west: 2 });
  expect(page.store.nodeIds).toEqual(['west']);
});

it('seconds that arrive while the history is read stay', async () => {
  page.report(NOW + 1, { west: 7 });
  page.report(NOW + 2, { west: 8 });
  await page.answerHistory(NOW, { west: 2 });
  expect(page.store.line('west', 'users').slice(-4)).toEqual([2, 2, 7, 8]);
});
