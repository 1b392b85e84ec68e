/** What each command makes the server send, measured on the wire, against its limit and against docs/amplification.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '@aeturnis/contracts';
import { ByteCount, frameBytes, untilQuiet } from './byte-count';
import { SAMPLES } from './samples';
import { openScene, RECEIVERS, type Scene } from './scene';
import { admitted, caused, type Measured, page, readPage, TOLERANCE } from './table';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'amplification.md');
/** Beside the exit `waystone` of the first zone. */
const EXIT = { x: 101, y: 102 };
/** Most bytes out for each byte that a connection admits. */
const MOST = 100;
/** What comes with every tick, whoever does what: monsters walk. */
const BY_ITSELF = /^(zone:moves|zone:view)$/;
const SLACK_BYTES = 64;

let scene: Scene;
let close: () => Promise<void>;
const measured: Measured[] = [];

beforeAll(async () => {
  ({ scene, close } = await openScene(EXIT));
}, 180_000);
afterAll(() => close());

async function measure(name: keyof typeof SAMPLES): Promise<Measured> {
  const payload = await SAMPLES[name](scene);
  await untilQuiet([own, ...theirs]);
  for (const count of [own, ...theirs]) count.reset();
  await scene.caller.client.send(name, payload);
  await untilQuiet([own, ...theirs]);
  const others = theirs.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    name,
    taken: frameBytes(name, payload),
    toCaller: own.bytes,
    toEach: Math.round(others / RECEIVERS),
  };
}

let own: ByteCount;
let theirs: ByteCount[];

it('every command is measured', async () => {
  own = new ByteCount(scene.caller.client, (event) => BY_ITSELF.test(event), true);
  theirs = scene.others.map(({ client }) => new ByteCount(client, (event) => BY_ITSELF.test(event), false));
  for (const name of Object.keys(SAMPLES) as (keyof typeof SAMPLES)[]) measured.push(await measure(name));
  expect(measured.map(({ name }) => name).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  expect(measured.filter(({ toCaller }) => toCaller === 0)).toEqual([]);
}, 300_000);

it('none makes the server send more than a hundred times what a connection admits of it', () => {
  const beyond = measured.filter((row) => caused(row) > MOST * admitted(row));
  expect(beyond.map((row) => `${row.name}: ${caused(row) / admitted(row)}`)).toEqual([]);
});

it('docs/amplification.md tells no less: npm run docs:amplification', () => {
  const order = COMMANDS.map(({ name }) => measured.find((row) => row.name === name)).filter(
    (row) => row !== undefined,
  );
  if (process.env['WRITE'] === '1') writeFileSync(PAGE, page(order));
  const told = readPage(readFileSync(PAGE, 'utf8'));
  const most = (figure: number): number => figure * TOLERANCE + SLACK_BYTES;
  const more = order.filter(({ name, toCaller, toEach }) => {
    const row = told.get(name);
    return !row || toCaller > most(row.toCaller) || toEach > most(row.toEach);
  });
  expect([more, [...told.keys()]]).toEqual([[], order.map(({ name }) => name)]);
});
