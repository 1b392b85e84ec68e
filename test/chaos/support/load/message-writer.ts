/** A member that sends each message over a socket, over HTTP, or over several routes at once, until it is acknowledged. */
import { ERRORS, type ErrorCode, type MessageSent } from '@aeturnis/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { type TestClient, waitUntil } from '../../../support/clients/client';
import { callApi } from '../../../support/clients/http';
import type { ScenarioRandom } from '../scenario-random';

const RECONNECT_TIMEOUT_MS = 30_000;
const RETRY_PAUSE_MS = 20;
/** On average one message in this many is sent over all routes at once. */
const ALL_ROUTES_EVERY = 4;

export interface OutgoingMessage {
  readonly conversationId: string;
  readonly content: string;
  readonly tempId: string;
}
/** Resolves with null if the outcome is unknown or retryable. @throws if a retry would not help. */
export type SendRoute = (message: OutgoingMessage) => Promise<MessageSent | null>;
export type AckedMessage = OutgoingMessage & MessageSent;

export class MessageWriter {
  /** All acks, several for a message that was sent several times. */
  readonly acks: AckedMessage[] = [];
  private writtenCount = 0;

  constructor(
    private readonly name: string,
    private readonly routes: readonly SendRoute[],
    private readonly random: ScenarioRandom,
  ) {}

  /** Writes while `shouldContinue`. Resolves when every message is acknowledged. */
  async write(conversationId: string, shouldContinue: () => boolean, pauseMs: number): Promise<void> {
    while (shouldContinue()) {
      const name = `${this.name} ${this.writtenCount++}`;
      await this.sendUntilAcked({ conversationId, content: `I am ${name}`, tempId: name });
      await delay(this.random.nextInt(pauseMs));
    }
  }

  private async sendUntilAcked(message: OutgoingMessage): Promise<void> {
    const all = this.random.nextInt(ALL_ROUTES_EVERY) === 0;
    for (;;) {
      const routes = all ? this.routes : [this.random.pick(this.routes)];
      const answers = await Promise.all(routes.map((send) => send(message)));
      const acks = answers.filter((answer) => answer !== null);
      for (const ack of acks) this.acks.push({ ...message, ...ack });
      if (acks.length > 0) return;
      await delay(RETRY_PAUSE_MS);
    }
  }
}

/** Waits for a connection: a disconnected stock client would buffer the message and send it in addition to the retry. */
export const socketRoute =
  (client: TestClient): SendRoute =>
  async (message) => {
    await waitUntil(() => client.socket.connected, 'the writer has reconnected', RECONNECT_TIMEOUT_MS);
    const answer = await client.send('message:send', message).catch(() => null);
    return answer && parseAnswer(answer, answer.success, answer.error?.code);
  };

export const httpRoute =
  (url: () => string, token: string): SendRoute =>
  async (message) => {
    const options = { token, body: message };
    const answer = await callApi(url(), 'POST', '/api/messages', options).catch(() => null);
    return answer && parseAnswer(answer.body, answer.status === 201, answer.body.error?.code);
  };

function parseAnswer(answer: object, isSuccess: boolean, code: string | undefined): MessageSent | null {
  if (isSuccess) return answer as MessageSent;
  if (code !== undefined && ERRORS[code as ErrorCode].retryable) return null;
  throw new Error(`a message was refused: ${JSON.stringify(answer)}`);
}
