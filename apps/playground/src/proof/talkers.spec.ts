/** Talkers are invited and sent away, in whatever order the answers arrive. */
import { ScriptedClient } from '../../../../test/support/playground/scripted-client';
import type { Talker } from './talker';
import { Talkers } from './talkers';

class ScriptedTalker {
  readonly userId = 'guest';
  hasLeft = false;
  isTalking = false;
  connect = async (): Promise<void> => {
    if (holdsConnections) await new Promise<void>((_, reject) => held.push(() => reject(new Error('closed'))));
  };
  found = async (): Promise<string> => 'group';
  begin(): void {
    this.isTalking = true;
  }
  leave(): void {
    this.hasLeft = true;
  }
}

/** Whether guests wait for their connection, until `held` ends that with an error. */
let holdsConnections = false;
const held: (() => void)[] = [];
let created: ScriptedTalker[];
/** The guests that the server has been asked for. */
let pending: (() => void)[];
let talkers: Talkers;

beforeEach(() => {
  [created, pending] = [[], []];
  const create = async (): Promise<Talker> => {
    await new Promise<void>((resolve) => pending.push(resolve));
    const talker = new ScriptedTalker();
    created.push(talker);
    return talker as unknown as Talker;
  };
  talkers = new Talkers(new ScriptedClient().client, () => 'visitor', create);
});

/** Answers all requests for guests until there are no more. */
async function answerAll(): Promise<void> {
  while (pending.length > 0) {
    for (const answer of pending.splice(0)) answer();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const present = (): ScriptedTalker[] => created.filter(({ hasLeft }) => !hasLeft);

it('talkers: three are invited, and all leave', async () => {
  const started = talkers.start();
  await answerAll();
  await started;
  expect(present().map(({ isTalking }) => isTalking)).toEqual([true, true, true]);
  talkers.stop();
  expect(present()).toEqual([]);
  expect(talkers.isTalking.value).toBe(false);
});

it('talkers: inviting, stopping and inviting again while guests are created leaves three, and stopping ends them', async () => {
  const starts = [talkers.start()];
  talkers.stop();
  starts.push(talkers.start());
  await answerAll();
  await Promise.all(starts);
  expect(present()).toHaveLength(3);
  talkers.stop();
  expect(present()).toEqual([]);
});

it('talkers: an invitation that ends while its guests connect does not end the next one', async () => {
  const first = talkers.start();
  holdsConnections = true;
  await answerAll();
  talkers.stop();
  holdsConnections = false;
  const second = talkers.start();
  for (const fail of held.splice(0)) fail();
  await answerAll();
  await Promise.all([first, second]);
  expect(talkers.isTalking.value).toBe(true);
  expect(present()).toHaveLength(3);
});

it('talkers: none stays if one cannot be created', async () => {
  const failing = new Talkers(
    new ScriptedClient().client,
    () => 'visitor',
    () => Promise.reject(new Error('refused')),
  );
  await expect(failing.start()).rejects.toThrow('refused');
  expect(failing.isTalking.value).toBe(false);
});
