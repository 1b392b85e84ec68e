// The stock Socket.IO client, with what docs/guides.md asks of every client: `npm run conformance -- node socket-io.mjs`.
import { io } from 'socket.io-client';
import { freshToken, report, runClient } from './json-lines.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let socket;

function connect({ token, conversationId, since }) {
  socket?.disconnect();
  let cursor = since.seq;
  let isReading = false;
  let isBehind = false;

  // A function: it is called before each attempt to connect.
  socket = io(process.env.SERVER, { auth: (present) => present({ token }), reconnectionDelay: 100 });
  const command = (name, payload) => socket.timeout(5_000).emitWithAck(name, payload);

  socket.on('auth:success', ({ userId }) => report('connected', { userId }));
  socket.on('auth:expiring', async () => {
    token = await freshToken();
    // Unanswered if the connection breaks in between: the next one presents the fresh token anyway.
    await command('auth:refresh', { token }).catch(() => undefined);
  });
  socket.on('connect_error', async ({ data }) => {
    if (data?.code === 'EXPIRED_TOKEN') {
      token = await freshToken();
      socket.connect();
    } else if (data) report('refused', { code: data.code });
  });

  function apply({ seq, type, data }) {
    cursor = seq;
    if (type === 'message:new') report('received', { messageId: data.id, text: data.content });
  }

  /** Reads what the log has after the cursor: after a connection that was not recovered, and at a gap. */
  async function catchUp() {
    isBehind = true;
    if (isReading) return;
    isReading = true;
    while (isBehind) {
      isBehind = false;
      const answer = await command('conversation:sync', { cursors: { [conversationId]: cursor } }).catch(() => null);
      if (answer?.success) {
        const { events, limited } = answer.conversations[conversationId];
        events.forEach(apply);
        isBehind ||= limited === true;
      } else {
        isBehind = true;
        await pause(answer?.error.retryAfterMs ?? 200);
      }
    }
    isReading = false;
  }
  // A connection that was recovered gets no `system:sync`: everything it missed arrives as events.
  socket.on('system:sync', catchUp);
  socket.on('system:resync', catchUp);
  socket.on('message:new', (data) => {
    if (data.seq === cursor + 1 && !isReading) apply({ seq: data.seq, type: 'message:new', data });
    else if (data.seq > cursor) void catchUp();
  });

  /** Repeated under the same `tempId` until it is answered: the server stores it once. */
  socket.sendOnce = async (text) => {
    const message = { conversationId, content: text, tempId: crypto.randomUUID() };
    for (;;) {
      const answer = await command('message:send', message).catch(() => null);
      if (answer && (answer.success || !answer.error.retryable)) return answer;
      await pause(answer?.error.retryAfterMs ?? 200);
    }
  };
}

async function send({ ref, text }) {
  const { success, messageId, error } = await socket.sendOnce(text);
  if (success) report('sent', { ref, messageId });
  else report('failed', { ref, code: error.code });
}

runClient({ name: 'socket.io-client' }, { connect, send });
