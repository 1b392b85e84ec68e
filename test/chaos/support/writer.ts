/** A member who writes over a socket, over HTTP, or over several ways at once, until each message has been acknowledged. */
import { ERRORS, type ErrorCode, type MessageSent } from '@aeturnis/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { type TestClient, until } from '../../support/client';
import { call } from '../../support/http';
import type { Chance } from './seed';

const AWAY_AT_MOST_MS = 30_000;
const PAUSE_MS = 20;
/** One message of so many is sent on all ways at once. */
const AT_ONCE = 4;

export interface Message {
  readonly conversationId: string;
  readonly content: string;
  readonly tempId: string;
}
/** Null where nobody knows what has become of it. @throws where trying again would not help. */
export type Way = (message: Message) => Promise<MessageSent | null>;
export type Acked = Message & MessageSent;

export class Writer {
  /** Each ack that came, several of a message that was sent several times. */
  readonly acks: Acked[] = [];
  private written = 0;

  constructor(
    private readonly name: string,
    private readonly ways: readonly Way[],
    private readonly chance: Chance,
  ) {}

  /** Writes until told to stop. Settles when all it has written is acknowledged. */
  async write(conversationId: string, goOn: () => boolean, pauseMs: number): Promise<void> {
    while (goOn()) {
      const name = `${this.name} ${this.written++}`;
      await this.say({ conversationId, content: `I am ${name}`, tempId: name });
      await delay(this.chance.below(pauseMs));
    }
  }

  private async say(message: Message): Promise<void> {
    const all = this.chance.below(AT_ONCE) === 0;
    for (;;) {
      const ways = all ? this.ways : [this.chance.pick(this.ways)];
      const answers = await Promise.all(ways.map((way) => way(message)));
      const acks = answers.filter((answer) => answer !== null);
      for (const ack of acks) this.acks.push({ ...message, ...ack });
      if (acks.length > 0) return;
      await delay(PAUSE_MS);
    }
  }
}

/** It waits for the client to be connected: a stock client would keep the message, and send it beside the next try. */
export const overSocket =
  (client: TestClient): Way =>
  async (message) => {
    await until(() => client.socket.connected, 'the writer is back', AWAY_AT_MOST_MS);
    const answer = await client.send('message:send', message).catch(() => null);
    return answer && judged(answer, answer.success, answer.error?.code);
  };

export const overHttp =
  (url: () => string, token: string): Way =>
  async (message) => {
    const options = { token, body: message };
    const answer = await call(url(), 'POST', '/api/messages', options).catch(() => null);
    return answer && judged(answer.body, answer.status === 201, answer.body.error?.code);
  };

function judged(answer: object, well: boolean, code: string | undefined): MessageSent | null {
  if (well) return answer as MessageSent;
  if (code !== undefined && ERRORS[code as ErrorCode].retryable) return null;
  throw new Error(`a message was refused: ${JSON.stringify(answer)}`);
}
