/** Compares what a client has received with what is stored: everything, once, in order. */

export interface ConversationLine {
  readonly messageId: string;
  readonly text: string;
}

const SHOWN_CHARS = 30;
const shown = ({ text }: ConversationLine): string => JSON.stringify(text.slice(0, SHOWN_CHARS));

/** What is wrong with the first message that is not as expected; null if all are. */
export function findDiscrepancy(
  stored: readonly ConversationLine[],
  received: readonly ConversationLine[],
): string | null {
  const before = new Set<string>();
  for (const [index, message] of received.entries()) {
    const expected = stored[index];
    if (before.has(message.messageId)) return `expected each message once, got ${shown(message)} twice`;
    before.add(message.messageId);
    if (!expected) return `expected ${stored.length} messages, got another one, ${shown(message)}`;
    if (message.messageId === expected.messageId && message.text === expected.text) continue;
    const place = stored.findIndex(({ messageId }) => messageId === message.messageId);
    if (place === -1) return `expected ${shown(expected)}, got ${shown(message)}, which is not stored`;
    const isLater = received.slice(index).some(({ messageId }) => messageId === expected.messageId);
    return `expected ${shown(expected)} as number ${index + 1}, got ${shown(message)}${isLater ? ' first' : ''}`;
  }
  const missing = stored[received.length];
  return missing ? `expected ${stored.length} messages, got ${received.length}; ${shown(missing)} is missing` : null;
}
