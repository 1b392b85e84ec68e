/** What the attacks of guests have in common: acked commands over a raw line, conversations to work in, and HTTP calls. */
import { json } from '../../support/ask';
import type { Line } from '../../support/line';
import { command } from '../../support/openings';
import type { Guest, Stage } from '../../support/stage';

const ANSWER_MS = 5_000;
let serial = 1_000;

/** Sends a command and waits for its ack. @returns what it says; empty without one. */
export async function acked(line: Line, name: string, payload: object): Promise<Record<string, unknown>> {
  const id = ++serial;
  const mark = `43${id}[`;
  await line.write(command(name, payload, id));
  await line.until(() => line.received.includes(mark), ANSWER_MS);
  const at = line.received.lastIndexOf(mark);
  if (at < 0) return {};
  return json({ status: 200, body: firstArgument(line.received.slice(at + mark.length)) });
}

/** Frames stand one after the other in what is received: the argument ends where its braces do. */
function firstArgument(text: string): string {
  for (let at = 0, depth = 0; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return text.slice(0, at + 1);
  }
  return '';
}

/** A JSON request of a guest. @throws never; a 5xx is a violation. */
export async function api(
  stage: Stage,
  { token, address }: Guest,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const answer = await stage.ask({ method, path, address, token, ...(body && { body: JSON.stringify(body) }) });
  if (answer.status >= 500 && answer.status !== 503)
    stage.ledger.recordViolation(`${method} ${path.split('/', 3).join('/')} answers ${answer.status}`);
  return json(answer);
}

export const othersThan = (stage: Stage, guest: Guest): string[] =>
  stage.guests.filter(({ id }) => id !== guest.id).map(({ id }) => id);

/** @returns the id of a group with everybody in it; empty where it was refused. */
export async function groupOfAll(stage: Stage, guest: Guest): Promise<string> {
  const group = { kind: 'group', participantIds: othersThan(stage, guest), title: 'all' };
  const { id } = await api(stage, guest, 'POST', '/api/conversations', group);
  return typeof id === 'string' ? id : '';
}
