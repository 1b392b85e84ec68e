/** NodeQuestions: an answer counts if it came in time, although this process was too busy to read it. */
import { NodeQuestions } from './node-questions';

type Handler = (message: object) => void;

interface Question {
  readonly requestId: string;
}

/** Where what this node publishes reaches it at once, and what another one publishes when the test delivers it. */
class FakeBus {
  readonly published: Question[] = [];
  private readonly handlers = new Map<string, Handler>();

  subscribe(topic: string, handler: Handler): void {
    this.handlers.set(topic, handler);
  }

  publish(topic: string, message: object): void {
    if (topic === 'admin:question:mood') this.published.push(message as Question);
    this.deliver(topic, message);
  }

  deliver(topic: string, message: object): void {
    this.handlers.get(topic)?.(message);
  }
}

let bus: FakeBus;
let questions: NodeQuestions;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  bus = new FakeBus();
  const leased = ['east', 'west'].map((nodeId) => ({ nodeId, expiresInMs: 5_000 }));
  const realtime = { getNodes: () => Promise.resolve(leased) };
  questions = new NodeQuestions({ node: 'west' } as never, bus as never, realtime as never);
  questions.onModuleInit();
  questions.answer('mood', () => ({ mood: 'calm' }));
});
afterEach(() => jest.useRealTimers());

/** Asks all nodes. This one has answered. */
async function ask(): Promise<{ answers: Promise<object[]>; requestId: string }> {
  const answers = questions.askAll('mood', {});
  await new Promise(setImmediate);
  return { answers, requestId: bus.published[0]?.requestId ?? '' };
}

it('names a node that does not answer in time', async () => {
  const { answers } = await ask();
  jest.advanceTimersByTime(1_000);
  expect(await answers).toEqual([
    { nodeId: 'east', answered: false },
    { nodeId: 'west', answered: true, mood: 'calm' },
  ]);
});

it('after a stall, an answer that waits to be read when the time is over still counts', async () => {
  const { answers, requestId } = await ask();
  // Timers that are due run before sockets are read.
  jest.advanceTimersByTime(1_500);
  bus.deliver('admin:answer', { requestId, nodeId: 'east', answer: { mood: 'busy' } });
  expect(await answers).toEqual([
    { nodeId: 'east', answered: true, mood: 'busy' },
    { nodeId: 'west', answered: true, mood: 'calm' },
  ]);
});
