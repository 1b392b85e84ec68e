/** Frames that are no command, without end: before admission by one address, and by guests that have entered. */
import type { Attack } from '../../support/attack';
import type { Line } from '../../support/line';
import { enterAsGuest, openWebSocket } from '../../support/openings';
import type { Stage } from '../../support/stage';
import { CONTINUATION, frame, PING, PONG, repeated, text, TEXT } from '../../support/websocket-frames';
import { FRAMES_AT_ONCE, FRAMES_BEFORE_ADMISSION } from '../admission/allowances';

interface Flood {
  readonly of: string;
  /** Written once, before the flood. */
  readonly opening?: Buffer;
  readonly one: Buffer;
}

const FRAMES_PER_WRITE = 4_000;
const UNFINISHED = frame(TEXT, '42["system:ping",', { fin: false });

const FLOODS: readonly Flood[] = [
  { of: 'engine pongs (3)', one: text('3') },
  { of: 'engine pings (2)', one: text('2') },
  { of: 'engine noops (6)', one: text('6') },
  { of: 'acks of nothing (431[])', one: text('431[]') },
  { of: 'WebSocket pings', one: frame(PING, 'ping') },
  { of: 'WebSocket pings of 125 bytes', one: frame(PING, 'x'.repeat(125)) },
  { of: 'WebSocket pongs', one: frame(PONG) },
  { of: 'empty text frames', one: text('') },
  { of: 'empty continuations of one message', opening: UNFINISHED, one: frame(CONTINUATION, '', { fin: false }) },
  { of: 'continuations of one byte', opening: UNFINISHED, one: frame(CONTINUATION, ' ', { fin: false }) },
  { of: 'events without a name (42[])', one: text('42[]') },
  { of: 'unknown events', one: text('42["nope",{}]') },
  { of: 'events of a reserved name', one: text('42["connect",{}]') },
  { of: 'binary announcements without attachments', one: text('451-["system:ping",{}]') },
  { of: 'frames of another namespace', one: text('42/nope,["system:ping",{}]') },
  { of: 'disconnects of another namespace', one: text('41/nope,') },
];

async function pour(stage: Stage, line: Line, { opening, one }: Flood, allowed: number): Promise<void> {
  if (opening) await line.write(opening);
  await stage.flood(line, repeated(one, FRAMES_PER_WRITE), FRAMES_PER_WRITE, allowed);
}

const before = (flood: Flood): Attack => ({
  name: `before admission: ${flood.of}`,
  by: 'nobody',
  run: (stage) => stage.crowd(4, async () => pour(stage, await openWebSocket(stage), flood, FRAMES_BEFORE_ADMISSION)),
});

const after = (flood: Flood): Attack => ({
  name: `by guests: ${flood.of}`,
  by: 'guests',
  run: (stage) =>
    stage.crowdOfGuests(async (guest) => pour(stage, await enterAsGuest(stage, guest), flood, FRAMES_AT_ONCE)),
});

export const frameFloods: readonly Attack[] = FLOODS.flatMap((flood) => [before(flood), after(flood)]);
