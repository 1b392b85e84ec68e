/** Measures on the wire what each command makes the server send, and compares it with its limit and docs/amplification.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '@aeturnis/contracts';
import { ByteCount, frameBytes, untilQuiet } from './byte-count';
import { SAMPLES } from './samples';
import { openAmplificationScene, RECEIVERS, type AmplificationScene } from './amplification-scene';
import {
  admittedBytesPerSecond,
  causedBytesPerSecond,
  type CommandTraffic,
  amplificationPage,
  parseAmplificationPage,
  TOLERANCE,
} from './amplification-table';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'amplification.md');
/** Beside the exit `waystone` of the first zone. */
const EXIT = { x: 101, y: 102 };
/** Maximum bytes sent for each byte that a connection admits. */
const MAX_AMPLIFICATION = 100;
/** Events of every tick, which arrive without any command because monsters walk. */
const TICK_EVENTS = /^(zone:moves|zone:view)$/;
const SLACK_BYTES = 64;

let scene: AmplificationScene;
let close: () => Promise<void>;
const measured: CommandTraffic[] = [];

beforeAll(async () => {
  ({ scene, close } = await openAmplificationScene(EXIT));
}, 180_000);
afterAll(() => close());

async function measure(name: keyof typeof SAMPLES): Promise<CommandTraffic> {
  const payload = await SAMPLES[name](scene);
  await untilQuiet([callerCount, ...receiverCounts]);
  for (const count of [callerCount, ...receiverCounts]) count.reset();
  await scene.caller.client.send(name, payload);
  await untilQuiet([callerCount, ...receiverCounts]);
  const others = receiverCounts.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    name,
    taken: frameBytes(name, payload),
    toCaller: callerCount.bytes,
    toEach: Math.round(others / RECEIVERS),
  };
}

let callerCount: ByteCount;
let receiverCounts: ByteCount[];

it('every command is measured', async () => {
  callerCount = new ByteCount(scene.caller.client, (event) => TICK_EVENTS.test(event), true);
  receiverCounts = scene.others.map(({ client }) => new ByteCount(client, (event) => TICK_EVENTS.test(event), false));
  for (const name of Object.keys(SAMPLES) as (keyof typeof SAMPLES)[]) measured.push(await measure(name));
  expect(measured.map(({ name }) => name).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  expect(measured.filter(({ toCaller }) => toCaller === 0)).toEqual([]);
}, 300_000);

it('no command makes the server send more than a hundred times what a connection admits of it', () => {
  const above = measured.filter((row) => causedBytesPerSecond(row) > MAX_AMPLIFICATION * admittedBytesPerSecond(row));
  expect(above.map((row) => `${row.name}: ${causedBytesPerSecond(row) / admittedBytesPerSecond(row)}`)).toEqual([]);
});

it('the figures in docs/amplification.md are not exceeded: npm run docs:amplification', () => {
  const order = COMMANDS.map(({ name }) => measured.find((row) => row.name === name)).filter(
    (row) => row !== undefined,
  );
  if (process.env['WRITE'] === '1') writeFileSync(PAGE, amplificationPage(order));
  const documented = parseAmplificationPage(readFileSync(PAGE, 'utf8'));
  const tolerated = (figure: number): number => figure * TOLERANCE + SLACK_BYTES;
  const exceeding = order.filter(({ name, toCaller, toEach }) => {
    const row = documented.get(name);
    return !row || toCaller > tolerated(row.toCaller) || toEach > tolerated(row.toEach);
  });
  expect([exceeding, [...documented.keys()]]).toEqual([[], order.map(({ name }) => name)]);
});
