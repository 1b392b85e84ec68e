/** The client SDK, which does by itself what the kit asks for: `npm run conformance -- node sdk.js`, once it is compiled. */
import { type Client, createClient, type OpenConversation, RequestError } from '@aeturnis/client';
import { freshToken, report, runClient } from './json-lines.mjs';

interface Connect {
  readonly token: string;
  readonly conversationId: string;
  readonly since: { readonly messageId: string };
}

let client: Client | undefined;
let conversation: Promise<OpenConversation>;
/** What was sent, by the key of the message. */
const refs = new Map<string, string>();

function connect({ token, conversationId, since }: Connect): void {
  client?.close();
  let presented: string | undefined = token;
  const getToken = (): string | Promise<string> => {
    const first = presented;
    presented = undefined;
    return first ?? freshToken();
  };
  const opened = createClient({ url: process.env['SERVER'] ?? '', getToken });
  client = opened;
  opened.state.subscribe((state) => {
    if (state.phase === 'ended') report('refused', { code: state.code });
  });
  let userId = '';
  opened.on('auth:success', (success) => (userId = success.userId));
  conversation = opened.connect().then(() => watch(opened, conversationId, since.messageId));
  conversation.then(
    () => report('connected', { userId }),
    () => undefined,
  );
}

/** Reports each message once, in the order of the conversation. */
async function watch(opened: Client, conversationId: string, lastSeen: string): Promise<OpenConversation> {
  const chat = await open(opened, conversationId);
  const ids = (): (string | undefined)[] => chat.current.get().messages.map(({ id }) => id);
  while (chat.current.get().hasEarlier && !ids().includes(lastSeen)) await chat.loadEarlier();
  const reported = new Set(ids().slice(0, ids().indexOf(lastSeen) + 1));
  chat.subscribe(({ messages }) => {
    for (const { id, key, content, status, failure } of messages) {
      const ref = refs.get(key);
      if (ref !== undefined && status === 'failed') report('failed', { ref, code: failure?.code });
      if (ref !== undefined && id !== undefined) report('sent', { ref, messageId: id });
      if (status === 'failed' || id !== undefined) refs.delete(key);
      if (id === undefined || reported.has(id)) continue;
      reported.add(id);
      report('received', { messageId: id, text: content });
    }
  });
  return chat;
}

/** Opening needs an answer of the server: it is repeated if the connection breaks in between. */
async function open(opened: Client, conversationId: string): Promise<OpenConversation> {
  for (;;) {
    try {
      return await opened.conversations.open(conversationId);
    } catch (error) {
      if (!(error instanceof RequestError) || !error.retryable) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function send({ ref, text }: { ref: string; text: string }): Promise<void> {
  try {
    const { tempId } = await (await conversation).send(text);
    refs.set(tempId, ref);
  } catch (error) {
    // Refused before it was stored, such as a text that is too long.
    if (!(error instanceof RequestError)) throw error;
    report('failed', { ref, code: error.code });
  }
}

runClient({ name: '@aeturnis/client' }, { connect, send });
