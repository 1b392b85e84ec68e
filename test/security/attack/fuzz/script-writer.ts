/** Writes scripts from a seed: frames whole, split, joined, fragmented, with attachments, with control frames, and malformed. */
import type { SeededRandom } from '../support/random';
import {
  BINARY_OPCODE,
  CLOSE,
  CONTINUATION,
  frame,
  PING,
  PONG_OPCODE,
  textFrame,
  TEXT_OPCODE,
} from '../support/websocket-frames';
import { CONNECTS, randomEvent, ODDITIES, randomPlainEvent } from './packets';
import type { ScriptOpening, FuzzScript, FuzzStep } from './fuzz-script';

const step = (
  label: string,
  chunks: readonly Buffer[],
  frames: number,
  expectation: FuzzStep['expectation'] = 'goes on',
): FuzzStep => ({
  label,
  chunks,
  frames,
  expectation,
});
const control = (random: SeededRandom): Buffer =>
  frame(random.pick([PING, PONG_OPCODE]), random.bytes(random.pick([0, 1, 4, 125])));

/** Splits at up to two random bytes, so that many scripts cover every boundary of every kind of frame. */
function cut(random: SeededRandom, bytes: Buffer): Buffer[] {
  const first = random.below(bytes.length + 1);
  const second = first + random.below(bytes.length - first + 1);
  return [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)].filter(
    (chunk) => chunk.length > 0,
  );
}

function fragments(random: SeededRandom, payload: Buffer, opcode: number): Buffer[] {
  const pieces = 2 + random.below(3);
  const parts: Buffer[] = [];
  for (let n = 0, at = 0; n < pieces; n++) {
    const end = n === pieces - 1 ? payload.length : at + random.below(payload.length - at + 1);
    parts.push(frame(n === 0 ? opcode : CONTINUATION, payload.subarray(at, end), { fin: n === pieces - 1 }));
    if (n < pieces - 1 && random.chance(30)) parts.push(control(random));
    at = end;
  }
  return parts;
}

function attachments(random: SeededRandom): Buffer[] {
  const announced = 1 + random.below(2);
  const sent = random.chance(85) ? announced : random.below(4);
  const places = Array.from(
    { length: announced },
    (_, n) => `{"_placeholder":true,"num":${random.chance(90) ? n : 9}}`,
  );
  const head = textFrame(`45${announced}-${random.below(50)}["raid:echo",{"n":${places.join(',"x":')}}]`);
  return [head, ...Array.from({ length: sent }, () => frame(BINARY_OPCODE, random.bytes(random.below(200))))];
}

type StepMaker = (random: SeededRandom) => FuzzStep;
const joined = (random: SeededRandom): FuzzStep => {
  const frames = Array.from({ length: 2 + random.below(8) }, () =>
    random.chance(85) ? textFrame(randomPlainEvent(random)) : control(random),
  );
  return step('joined', [Buffer.concat(frames)], frames.length);
};

/** The connection may stay open after any of these steps. */
const USUAL_STEPS: readonly [weight: number, make: StepMaker][] = [
  [30, (random) => step('command', [textFrame(randomPlainEvent(random))], 1)],
  [12, (random) => step('event', [textFrame(randomEvent(random))], 1)],
  [2, (random) => step('oddity', [textFrame(random.pick(ODDITIES))], 1)],
  [6, (random) => step('control', [control(random)], 1)],
  [14, joined],
  [12, (random) => step('cut', cut(random, textFrame(randomPlainEvent(random))), 1)],
  [
    8,
    (random) =>
      step(
        'joined and cut',
        cut(
          random,
          Buffer.concat([textFrame(randomPlainEvent(random)), control(random), textFrame(randomPlainEvent(random))]),
        ),
        3,
      ),
  ],
  [
    8,
    (random) => {
      const parts = fragments(random, Buffer.from(randomPlainEvent(random)), TEXT_OPCODE);
      return step('fragments', random.chance(50) ? parts : [Buffer.concat(parts)], parts.length);
    },
  ],
  [
    2,
    (random) => {
      const parts = attachments(random);
      return step('attachments', random.chance(50) ? parts : [Buffer.concat(parts)], parts.length);
    },
  ],
  [
    4,
    (random) =>
      step(
        'length not minimal',
        [frame(TEXT_OPCODE, randomPlainEvent(random), { lengthBytes: random.pick([2, 8]) })],
        1,
      ),
  ],
];
const TOTAL = USUAL_STEPS.reduce((sum, [weight]) => sum + weight, 0);

function randomUsualStep(random: SeededRandom): FuzzStep {
  let drawn = random.below(TOTAL);
  for (const [weight, make] of USUAL_STEPS) if ((drawn -= weight) < 0) return make(random);
  return joined(random);
}

/** These steps close the connection or leave it waiting for bytes, so no step follows them. */
const FINAL_STEPS: readonly StepMaker[] = [
  (random) =>
    step('reserved bits', [frame(TEXT_OPCODE, randomPlainEvent(random), { rsv: 1 + random.below(7) })], 1, 'may hang'),
  (random) => step('unmasked', [frame(TEXT_OPCODE, randomPlainEvent(random), { masked: false })], 1, 'may hang'),
  (random) =>
    step('no UTF-8', [frame(TEXT_OPCODE, Buffer.concat([Buffer.from('42["raid:echo",'), random.bytes(20)]))], 1),
  () => step('cut UTF-8', [frame(TEXT_OPCODE, Buffer.from('42["raid:echo",{"n":"€"}]').subarray(0, 21))], 1),
  (random) => step('reserved opcode', [frame(random.pick([3, 4, 5, 6, 7, 11, 15]), 'x')], 1, 'may hang'),
  () => step('long control', [frame(PING, 'x'.repeat(126))], 1, 'may hang'),
  () => step('fragmented control', [frame(PING, 'x', { fin: false })], 1, 'may hang'),
  () => step('continuation of nothing', [frame(CONTINUATION, 'x')], 1),
  () => step('too long', [frame(TEXT_OPCODE, `42["raid:echo",{"n":1,"x":"${'x'.repeat(3_100)}"}]`)], 1, 'may hang'),
  () => step('claimed too long', [frame(TEXT_OPCODE, 'x', { claimedLength: 2 ** 40 })], 1, 'may hang'),
  (random) => step('close', [frame(CLOSE, closing(random))], 1, 'may hang'),
  (random) =>
    step(
      'commands, then close',
      [Buffer.concat([textFrame(randomPlainEvent(random)), frame(CLOSE, closing(random))])],
      2,
      'may hang',
    ),
  (random) => step('junk', [random.bytes(1 + random.below(300))], 1, 'may hang'),
  (random) => step('binary of nothing', [frame(BINARY_OPCODE, random.bytes(8))], 1),
  (random) =>
    step(
      'text within a message',
      [Buffer.concat([frame(TEXT_OPCODE, '42', { fin: false }), textFrame(randomPlainEvent(random))])],
      2,
      'may hang',
    ),
  (random) => step('unfinished', cut(random, textFrame(randomPlainEvent(random))).slice(0, 1), 1, 'may hang'),
  (random) =>
    step(
      'commands, then wrong',
      [Buffer.concat([textFrame(randomPlainEvent(random)), frame(11, 'x'), textFrame(randomPlainEvent(random))])],
      3,
      'may hang',
    ),
];

function closing(random: SeededRandom): Buffer {
  const code = Buffer.alloc(2);
  code.writeUInt16BE(random.pick([1000, 1001, 1002, 1005, 1006, 1015, 3000, 4999, 5000, 0]));
  const reason = random.chance(50) ? Buffer.from('bye') : random.bytes(3);
  return random.pick([Buffer.alloc(0), code, Buffer.concat([code, reason]), random.bytes(1)]);
}

/** Frames before CONNECT has been answered: at once, one by one, or split within the first of them. */
function early(random: SeededRandom): FuzzStep[] {
  const texts = Array.from({ length: 1 + random.below(3) }, () =>
    random.chance(45) ? random.pick(CONNECTS) : random.chance(50) ? randomPlainEvent(random) : random.pick(ODDITIES),
  );
  const frames = texts.map((payload) => (random.chance(10) ? control(random) : textFrame(payload)));
  const single = (chunks: Buffer[]): FuzzStep[] => [
    step(`early: ${texts.join(' ')}`, chunks, frames.length, 'may hang'),
  ];
  if (random.chance(40)) return frames.map((chunk, n) => step(texts[n] ?? '', [chunk], 1, 'may hang'));
  const bytes = Buffer.concat(frames);
  if (random.chance(50)) return single([bytes]);
  const at = 1 + random.below((frames[0]?.length ?? 2) - 1);
  return single([bytes.subarray(0, at), bytes.subarray(at)]);
}

export function writeScript(random: SeededRandom): FuzzScript {
  const opening: ScriptOpening = random.pick(['entered', 'entered', 'entered', 'early', 'upgraded']);
  if (opening === 'early') return { opening, steps: early(random) };
  // Short when a final step follows, because an earlier step may close the connection.
  const hasLast = random.chance(50);
  const steps = Array.from({ length: hasLast ? random.below(6) : 5 + random.below(40) }, () => randomUsualStep(random));
  if (hasLast) steps.push(random.pick(FINAL_STEPS)(random));
  return { opening, steps };
}
