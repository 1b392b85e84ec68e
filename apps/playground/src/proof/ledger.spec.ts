/** The ledger over thousands of lines: each line is compared, the totals add up, and what it keeps is bounded. */
import { answerHttp, ScriptedClient } from '../../../../test/support/playground/scripted-client';
import type { Comparison } from './compare-streams';
import { Ledger } from './ledger';

const GROUP = 'group';
/** What the stored conversation had when the ledger began to follow it. */
const START = 7;

let script: ScriptedClient;
let ledger: Ledger;
/** The stored positions, in order. */
let conversation: number[];
let channel: number[];
let readPages: number;

beforeEach(() => {
  [conversation, channel, readPages] = [[], [], 0];
  // What is missed is waited for, and here it never arrives.
  const runSoon = (run: () => void): NodeJS.Immediate => setImmediate(run);
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(runSoon as unknown as typeof setTimeout);
  script = new ScriptedClient();
  script.answers.set('chat:history', ({ before, limit }: { before?: string; limit: number }) => {
    const older = channel.filter((id) => before === undefined || id < Number(before));
    const page = older.slice(-limit);
    const messages = page.map((id) => ({ id: String(id), from: { userId: `author ${id % 3}` } }));
    return { messages, ...(page.length < older.length && { next: String(page[0]) }) };
  });
  answerHttp((path) => {
    readPages += 1;
    const query = new URL(path, 'http://server').searchParams;
    const later = conversation.filter((seq) => seq > Number(query.get('after')));
    const page = later.slice(0, Number(query.get('limit')));
    const messages = page.map((seq) => ({ id: `m${seq}`, seq }));
    return { messages, ...(page.length < later.length && { next: page.at(-1) }) };
  });
  ledger = new Ledger(
    script.client,
    async () => 'token',
    () => undefined,
  );
  ledger.followConversation(GROUP, START);
});
afterEach(() => jest.restoreAllMocks());

/** One comparison may be under way since some lines before. */
async function compare(): Promise<Comparison> {
  await ledger.compare();
  return ledger.compare();
}

/** Stores these lines of the conversation. @param faultOf what becomes of the delivery of a line. */
async function talk(
  from: number,
  to: number,
  faultOf: (seq: number) => 'lost' | 'twice' | undefined = () => undefined,
) {
  for (let seq = from; seq <= to; seq += 1) {
    conversation.push(seq);
    const fault = faultOf(seq);
    if (fault !== 'lost') ledger.record(GROUP, seq);
    if (fault === 'twice') ledger.record(GROUP, seq);
    // As over a connection: the ledger reads while lines arrive.
    if (seq % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

it('ledger: compares each of 5,000 lines, and the totals add up', async () => {
  await talk(START + 1, START + 5_000);
  expect(await compare()).toEqual({ received: 5_000, stored: 5_000, missed: 0, doubled: 0, outOfOrder: 0 });
  expect(ledger.received.value).toBe(5_000);
});

it.each([
  ['lost', { received: 4_999, missed: 1, doubled: 0 }],
  ['twice', { received: 5_000, missed: 0, doubled: 1 }],
] as const)('ledger: finds that a line after the first 3,000 was %s', async (fault, found) => {
  await talk(START + 1, START + 5_000, (seq) => (seq === START + 3_333 ? fault : undefined));
  expect(await compare()).toEqual({ ...found, stored: 5_000, outOfOrder: 0 });
});

it('ledger: counts a line that is delivered again after it was compared for good', async () => {
  await talk(START + 1, START + 3_000);
  await compare();
  ledger.record(GROUP, START + 1_000);
  expect(await compare()).toMatchObject({ received: 3_000, doubled: 1 });
});

it('ledger: what was stored before it began, and is delivered late, does not count', async () => {
  ledger.record(GROUP, START);
  await talk(START + 1, START + 10);
  expect(await compare()).toEqual({ received: 10, stored: 10, missed: 0, doubled: 0, outOfOrder: 0 });
});

it('ledger: a comparison reads what is new, also after a fault', async () => {
  await talk(START + 1, START + 6_000, (seq) => (seq === START + 10 ? 'lost' : undefined));
  await compare();
  readPages = 0;
  await talk(START + 6_001, START + 6_100);
  expect(await compare()).toMatchObject({ received: 6_099, stored: 6_100, missed: 1 });
  // A tenth of all pages.
  expect(readPages).toBeLessThanOrEqual(20);
});

it('ledger: lines that were read again after a session count once, whether their events arrive or not', async () => {
  await talk(START + 1, START + 100);
  for (let seq = START + 101; seq <= START + 2_600; seq += 1) conversation.push(seq);
  await ledger.readAgain();
  ledger.record(GROUP, START + 2_600);
  await talk(START + 2_601, START + 2_700);
  expect(await compare()).toEqual({ received: 2_700, stored: 2_700, missed: 0, doubled: 0, outOfOrder: 0 });
});

it('ledger: compares the channel of all users line by line, also where a lower id is stored after a higher one', async () => {
  await ledger.followChannel();
  for (let id = 1; id <= 3_000; id += 1) {
    // The transaction of every hundredth line takes longer than the next one.
    const stored = id % 100 === 0 ? [] : id % 100 === 1 && id > 1 ? [id, id - 1] : [id];
    channel = [...channel, ...stored].sort((one, other) => one - other);
    for (const each of stored) ledger.record('global', each);
    if (id % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await compare()).toEqual({ received: 2_999, stored: 2_999, missed: 0, doubled: 0, outOfOrder: 0 });
});
