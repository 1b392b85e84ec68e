/** Actions that the attacks of guests share: commands with an ack over a raw connection, HTTP calls, and new groups. */
import { ERRORS } from '@aeturnis/contracts';
import { parseJsonBody } from '../../support/http-request';
import type { RawConnection } from '../../support/raw-connection';
import { commandFrame } from '../../support/socket-openings';
import type { AttackingGuest, AttackContext } from '../../support/attack-context';

const ANSWER_MS = 5_000;
let serial = 1_000;

/** Sends a command and waits for its ack. @returns the result, which is empty without an ack. */
export async function sendAndAwaitAck(
  socket: RawConnection,
  name: string,
  payload: object,
): Promise<Record<string, unknown>> {
  const id = ++serial;
  const mark = `43${id}[`;
  await socket.write(commandFrame(name, payload, id));
  await socket.until(() => socket.received.includes(mark), ANSWER_MS);
  const at = socket.received.lastIndexOf(mark);
  if (at < 0) return {};
  return parseJsonBody({ status: 200, body: firstArgument(socket.received.slice(at + mark.length)) });
}

/** The received text is a sequence of frames: the argument ends at its closing brace. */
function firstArgument(text: string): string {
  for (let at = 0, depth = 0; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return text.slice(0, at + 1);
  }
  return '';
}

/** A JSON request of a guest. @throws never; a 5xx is a violation, unless its code says that the request may be repeated. */
export async function apiRequest(
  stage: AttackContext,
  { token, address }: AttackingGuest,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const answer = await stage.request({ method, path, address, token, ...(body && { body: JSON.stringify(body) }) });
  const parsed = parseJsonBody(answer);
  if (answer.status >= 500 && !isRetryable(parsed['code']))
    stage.ledger.recordViolation(`${method} ${path.split('/', 3).join('/')} answers ${answer.status}`);
  return parsed;
}

const isRetryable = (code: unknown): boolean =>
  Object.entries(ERRORS).some(([name, { retryable }]) => name === code && retryable);

export const otherGuestIds = (stage: AttackContext, guest: AttackingGuest): string[] =>
  stage.guests.filter(({ id }) => id !== guest.id).map(({ id }) => id);

/** @returns the id of a new group of all guests; empty if it was refused. */
export async function createGroupOfAll(stage: AttackContext, guest: AttackingGuest): Promise<string> {
  const group = { kind: 'group', participantIds: otherGuestIds(stage, guest), title: 'all' };
  const { id } = await apiRequest(stage, guest, 'POST', '/api/conversations', group);
  return typeof id === 'string' ? id : '';
}
