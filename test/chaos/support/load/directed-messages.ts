/** Records messages with their recipients and acks, and asserts that each client received exactly those due to it. */
import type { TestClient } from '../../../support/clients/client';

export const TO_ALL = 'all';
const CHAT_EVENTS = ['chat:whisper', 'chat:message'] as const;

interface DirectedMessage {
  readonly text: string;
  readonly from: string;
  /** The id of the recipient, or `TO_ALL`. */
  readonly to: string;
  isAcked: boolean;
}

export class DirectedMessages {
  private readonly messages: DirectedMessage[] = [];

  add(from: string, to: string): DirectedMessage {
    const message = { text: `word ${this.messages.length}`, from, to, isAcked: false };
    this.messages.push(message);
    return message;
  }

  get sentCount(): number {
    return this.messages.length;
  }

  get ackedCount(): number {
    return this.messages.filter(({ isAcked }) => isAcked).length;
  }

  /**
   * The user has received every acknowledged message to or from that user, once and in the order of its sender, and no
   * others. A message without an ack may have arrived or not. @returns the number of messages due.
   */
  expectDelivered(userId: string, client: TestClient): number {
    const relevant = this.messages.filter(({ from, to }) => to === TO_ALL || to === userId || from === userId);
    const received = CHAT_EVENTS.flatMap((event) => client.eventsNamed(event).map(({ text }) => text));
    expect(new Set(received).size).toBe(received.length);
    const known = new Set(relevant.map(({ text }) => text));
    expect(received.filter((text) => !known.has(text))).toEqual([]);
    const due = relevant.filter(({ isAcked }) => isAcked);
    for (const event of CHAT_EVENTS) {
      const dueHere = due.filter(({ to }) => (to === TO_ALL) === (event === 'chat:message'));
      const texts = new Set(dueHere.map(({ text }) => text));
      const arrived = client.eventsNamed(event).filter(({ text }) => texts.has(text));
      expect(bySender(arrived.map(({ from, text }) => [from.userId, text]))).toEqual(
        bySender(dueHere.map(({ from, text }) => [from, text])),
      );
    }
    return due.length;
  }
}

function bySender(pairs: [string, string][]): Map<string, string[]> {
  const senders = new Map<string, string[]>();
  for (const [from, text] of pairs) senders.set(from, [...(senders.get(from) ?? []), text]);
  return senders;
}
