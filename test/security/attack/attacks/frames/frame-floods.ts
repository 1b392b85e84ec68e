/** Endless floods of frames: before admission by one address, and by guests in the namespace. */
import type { Attack } from '../../support/attack';
import type { RawConnection } from '../../support/raw-connection';
import { enterAsGuest, openWebSocket } from '../../support/socket-openings';
import type { AttackContext } from '../../support/attack-context';
import {
  CONTINUATION,
  frame,
  PING,
  PONG_OPCODE,
  repeated,
  textFrame,
  TEXT_OPCODE,
} from '../../support/websocket-frames';
import { FRAMES_AT_ONCE, FRAMES_BEFORE_ADMISSION } from '../admission/allowances';

interface Flood {
  readonly of: string;
  /** Written once, before the flood. */
  readonly opening?: Buffer;
  readonly bytes: Buffer;
}

const FRAMES_PER_WRITE = 4_000;
const UNFINISHED = frame(TEXT_OPCODE, '42["system:ping",', { fin: false });

const FLOODS: readonly Flood[] = [
  { of: 'engine pongs (3)', bytes: textFrame('3') },
  { of: 'engine pings (2)', bytes: textFrame('2') },
  { of: 'engine noops (6)', bytes: textFrame('6') },
  { of: 'acks of nothing (431[])', bytes: textFrame('431[]') },
  { of: 'WebSocket pings', bytes: frame(PING, 'ping') },
  { of: 'WebSocket pings of 125 bytes', bytes: frame(PING, 'x'.repeat(125)) },
  { of: 'WebSocket pongs', bytes: frame(PONG_OPCODE) },
  { of: 'empty text frames', bytes: textFrame('') },
  { of: 'empty continuations of one message', opening: UNFINISHED, bytes: frame(CONTINUATION, '', { fin: false }) },
  { of: 'continuations of one byte', opening: UNFINISHED, bytes: frame(CONTINUATION, ' ', { fin: false }) },
  { of: 'events without a name (42[])', bytes: textFrame('42[]') },
  { of: 'unknown events', bytes: textFrame('42["nope",{}]') },
  { of: 'events of a reserved name', bytes: textFrame('42["connect",{}]') },
  { of: 'binary announcements without attachments', bytes: textFrame('451-["system:ping",{}]') },
  { of: 'frames of another namespace', bytes: textFrame('42/nope,["system:ping",{}]') },
  { of: 'disconnects of another namespace', bytes: textFrame('41/nope,') },
];

async function pour(
  stage: AttackContext,
  socket: RawConnection,
  { opening, bytes }: Flood,
  allowed: number,
): Promise<void> {
  if (opening) await socket.write(opening);
  await stage.flood(socket, repeated(bytes, FRAMES_PER_WRITE), FRAMES_PER_WRITE, allowed);
}

const before = (flood: Flood): Attack => ({
  name: `before admission: ${flood.of}`,
  by: 'nobody',
  run: (stage) =>
    stage.repeatConcurrently(4, async () => pour(stage, await openWebSocket(stage), flood, FRAMES_BEFORE_ADMISSION)),
});

const after = (flood: Flood): Attack => ({
  name: `by guests: ${flood.of}`,
  by: 'guests',
  run: (stage) =>
    stage.repeatForEachGuest(async (guest) => pour(stage, await enterAsGuest(stage, guest), flood, FRAMES_AT_ONCE)),
});

export const frameFloods: readonly Attack[] = FLOODS.flatMap((flood) => [before(flood), after(flood)]);
