/** The conformance kit: the example clients pass every step that they support, and a client with a fault fails its step. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeClient, type StepVerdict, verdictLine } from '../client-conformance/client-judge';
import { STEP_NAMES, type StepName } from '../client-conformance/client-protocol';
import { ConformanceNodes } from '../client-conformance/conformance-nodes';
import { findDiscrepancy } from '../client-conformance/received-messages';
import type { ConformanceStep } from '../client-conformance/steps/conformance-step';
import { CONFORMANCE_STEPS } from '../client-conformance/steps/conformance-steps';
import { waitUntil } from '../support/clients/client';

const ROOT = join(__dirname, '../..');
const LOADER = ['-r', './test/support/typescript.cjs'];
const BROKEN_CLIENT = 'test/client-conformance/broken-client.mjs';
/** For clients with a fault: most are waited for in vain. */
const SHORT_DEADLINE_MS = 10_000;

let nodes: ConformanceNodes;
beforeAll(async () => {
  nodes = await ConformanceNodes.open();
}, 60_000);
afterAll(() => nodes.close());

const judge = (command: string[], steps: readonly ConformanceStep[], deadlineMs = 30_000): Promise<StepVerdict[]> =>
  judgeClient(nodes, { command, cwd: ROOT }, { steps, deadlineMs });

async function judgeFault(fault: string, step: StepName, deadlineMs?: number): Promise<string> {
  const command = [process.execPath, BROKEN_CLIENT, fault];
  const [verdict] = await judge(command, only(step), deadlineMs);
  if (!verdict) throw new Error(`no step ${step}`);
  return verdictLine(verdict);
}

type ExpectedFault = readonly [fault: string, step: StepName, reason: RegExp];

/** On a busy machine a client may not get as far as its fault in the short time; then it gets that of other clients. */
async function judgeExpected([fault, step, reason]: ExpectedFault): Promise<string> {
  const line = await judgeFault(fault, step, SHORT_DEADLINE_MS);
  return reason.test(line) ? line : judgeFault(fault, step);
}

/** Several at a time: each is mostly waiting. */
async function judgeFaults(faults: readonly ExpectedFault[]): Promise<string[]> {
  const lines: string[] = [];
  const waiting = [...faults.entries()];
  const next = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) lines[one[0]] = await judgeExpected(one[1]);
  };
  await Promise.all(Array.from({ length: 5 }, next));
  return lines;
}

const only = (step: StepName): ConformanceStep[] => CONFORMANCE_STEPS.filter(({ name }) => name === step);

/** The one in Python is judged by `npm run test:python`. */
const EXAMPLES: [name: string, command: string[], unsupported: StepName[]][] = [
  ['the SDK', [process.execPath, ...LOADER, 'examples/conformance/sdk.ts'], []],
  ['the stock client', [process.execPath, 'examples/conformance/socket-io.mjs'], []],
  ['plain REST', [process.execPath, 'examples/conformance/rest.mjs'], ['half-open']],
];

// Simultaneously, because most of a step is waiting.
it('the example clients pass every step that they support', async () => {
  const judged = await Promise.all(EXAMPLES.map(([, command]) => judge(command, CONFORMANCE_STEPS, 90_000)));
  for (const [index, [name, , unsupported]] of EXAMPLES.entries()) {
    const outcomes = judged[index]?.map((verdict) => `${name} ${verdictLine(verdict)}`);
    expect(outcomes).toEqual(
      CONFORMANCE_STEPS.map(({ name: step, expects }) =>
        unsupported.includes(step) ? `${name} – ${step}: not supported` : `${name} ✓ ${step}: ${expects}`,
      ),
    );
  }
}, 240_000);

it('a client with a fault fails the step that is about it, with the reason', async () => {
  const faults: ExpectedFault[] = [
    ['wrong-user', 'connect', /expected to be connected as .*, got another-user/],
    ['repeats-refused-token', 'refuse', /expected a report that the token was refused, got 1 reports/],
    ['ignores-expiry', 'refresh', /expected a request for a fresh token/],
    ['reports-before-the-ack', 'ack', /expected the id of the stored message/],
    ['hides-refusals', 'ack', /expected failed for "bad"/],
    ['swaps-messages', 'order', /as number 1, got .* first/],
    ['shows-twice', 'order', /expected each message once, got .* twice/],
    ['never-connects-again', 'drop', /expected 16 messages, got|is missing/],
    ['forgets-what-it-missed', 'drop', /expected (16 messages, got|"[ab]\d+" as number)/],
    ['ignores-missing-pings', 'half-open', /expected 12 messages, got 4/],
    ['never-connects-again', 'kill', /expected 16 messages, got/],
    ['reports-before-the-ack', 'duplicate', /expected sent after the answer, got it before/],
    ['never-repeats', 'duplicate', /expected sent, after the message was repeated/],
    ['repeats-under-a-new-id', 'duplicate', /expected one stored message, got \d/],
    ['reads-one-page', 'sync', /is missing|as number/],
    ['connects-nowhere', 'connect', /got connected, but the token was never presented to the server/],
    ['mentions-its-token', 'connect', /got connected, but the token was never presented to the server/],
    ['asks-no-server', 'refuse', /got refused, but the token was never presented to the server/],
    ['mentions-its-token', 'refuse', /got refused, but the token was never presented to the server/],
    ['presents-its-token-in-vain', 'refuse', /got refused, but the server has refused no token/],
    ['goes-on-with-a-refused-token', 'refuse', /expected the refused token to be presented no further/],
    ['fails-what-is-sent', 'ack', /expected one report of what became of "good", got sent and failed/],
    ['reports-sent-twice', 'ack', /expected one report of what became of "good", got sent and sent/],
    ['sends-what-has-failed', 'ack', /expected one report of what became of "bad", got sent and failed/],
    ['hides-its-own-messages', 'ack', /expected 1 messages, got/],
    ['shows-everything-again', 'order', /expected each message once, got .* twice/],
    ['shows-everything-again', 'drop', /expected each message once, got .* twice/],
    ['shows-everything-again', 'kill', /expected each message once, got .* twice/],
    ['shows-everything-again', 'sync', /expected each message once, got .* twice/],
    ['gives-up-first', 'duplicate', /expected one report of what became of "lost", got failed and/],
    ['hides-its-own-messages', 'duplicate', /expected 1 messages, got/],
    ['logs-out', 'order', /expected 40 messages|refused/],
  ];
  const lines = await judgeFaults(faults);
  expect(faults.map(([fault], index) => `${fault}: ${lines[index]}`)).toEqual(
    faults.map(([fault, step, { source }]) =>
      expect.stringMatching(
        new RegExp(`^${fault}: ✗ ${step}: .*(${source}).*what to do: see docs/conformance.md#${step}$`),
      ),
    ),
  );
  expect(new Set(faults.map(([, step]) => step))).toEqual(new Set(STEP_NAMES));
}, 360_000);

it('a client that hangs, crashes, floods or prints garbage fails with what it did, and a step that it lacks is not counted', async () => {
  const faults: ExpectedFault[] = [
    ['hangs', 'connect', /expected connected, got 1 reports, .* within \d+ s/],
    ['crashes', 'connect', /the client ended with code 1 .*stderr: .*out of luck/],
    ['floods', 'connect', /the client printed a line of more than 256 KiB/],
    ['prints-garbage', 'connect', /the client printed "connecting …", which is not JSON/],
    ['asks-for-tokens', 'connect', /the client asked for more than 20 tokens/],
  ];
  expect(await judgeFaults(faults)).toEqual(faults.map(([, , reason]) => expect.stringMatching(reason)));
  expect(await judgeFault('lacks-steps', 'half-open')).toBe('– half-open: not supported');
  expect(await judgeFault('lacks-steps', 'drop')).toMatch(
    /^✗ drop: got "drop" in "lacks", but every client can play it/,
  );
  const [missing] = await judge(['/nowhere/client'], only('connect'));
  expect(missing?.text).toMatch(/the client ended with code 127/);
}, 120_000);

it('the faults are found in a client that passes without them', async () => {
  const steps = CONFORMANCE_STEPS.filter(({ needsOwnNode }) => !needsOwnNode);
  expect((await judge([process.execPath, BROKEN_CLIENT], steps)).map(verdictLine)).toEqual(
    steps.map(({ name, expects }) => `✓ ${name}: ${expects}`),
  );
}, 120_000);

it('received messages are compared one by one with what is stored', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((text) => ({ messageId: `id of ${text}`, text })) as [
    Message,
    Message,
    Message,
  ];
  expect(findDiscrepancy([a, b, c], [a, b, c])).toBeNull();
  expect(findDiscrepancy([a, b, c], [a, b])).toBe('expected 3 messages, got 2; "c" is missing');
  expect(findDiscrepancy([a, b], [b, a])).toBe('expected "a" as number 1, got "b" first');
  expect(findDiscrepancy([a, b], [b])).toBe('expected "a" as number 1, got "b"');
  expect(findDiscrepancy([a, b], [a, a, b])).toBe('expected each message once, got "a" twice');
  expect(findDiscrepancy([a], [b])).toBe('expected "a", got "b", which is not stored');
  expect(findDiscrepancy([a], [a, b])).toBe('expected 1 messages, got another one, "b"');
});

it('docs/conformance.md explains every step under its own heading', () => {
  const page = readFileSync(join(ROOT, 'docs/conformance.md'), 'utf8');
  expect([...page.matchAll(/^### (\S+)$/gm)].map(([, heading]) => heading)).toEqual(STEP_NAMES);
});

it('a step that breaks is a failed step, and the others are judged', async () => {
  const breaks: ConformanceStep = {
    ...only('connect')[0]!,
    play: () => Promise.reject(new TypeError('the stage has no floor')),
  };
  const lines = (await judge([process.execPath, BROKEN_CLIENT], [breaks, ...only('connect')])).map(verdictLine);
  expect(lines).toEqual([
    expect.stringMatching(/^✗ connect: the step could not be played: the stage has no floor/),
    expect.stringMatching(/^✓ connect: /),
  ]);
}, 60_000);

/** Whether a process has the marker in its arguments, and not the exception. */
const isRunning = (marker: string, except?: string): boolean =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .some((line) => line.includes(marker) && !(except && line.includes(except)));

it('a step ends the processes that the client has started in sessions of their own', async () => {
  const marker = `own-session-${process.pid}`;
  const [verdict] = await judge([process.execPath, BROKEN_CLIENT, 'leaves-a-process', marker], only('connect'));
  expect(verdict?.outcome).toBe('passed');
  await waitUntil(() => !isRunning(marker), 'the client and its processes have ended');
}, 60_000);

it('an interrupted kit leaves no process behind', async () => {
  const marker = `left-behind-${process.pid}`;
  const client = `${process.execPath} ${BROKEN_CLIENT} leaves-a-process ${marker}`;
  const kit = spawn(process.execPath, ['scripts/conformance.mjs', client], { cwd: ROOT, detached: true });
  await waitUntil(() => isRunning(marker, BROKEN_CLIENT), 'the client has started a process', 100_000);
  process.kill(-(kit.pid ?? 0), 'SIGINT');
  await once(kit, 'exit');
  await waitUntil(() => !isRunning(marker), 'the client and its processes have ended');
  const groups = (): number[] => execFileSync('ps', ['-eo', 'pgid'], { encoding: 'utf8' }).split('\n').map(Number);
  await waitUntil(() => !groups().includes(kit.pid ?? 0), 'the nodes have ended');
}, 120_000);

type Message = { messageId: string; text: string };
