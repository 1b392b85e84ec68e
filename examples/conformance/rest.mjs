// A client without sockets, which polls the HTTP API: `npm run conformance -- node rest.mjs`.
import { freshToken, report, runClient } from './json-lines.mjs';

const POLL_MS = 200;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let session;

/** The answer of the server; asked again while there is none, or a retryable error, and with a new token after its expiry. */
async function call(own, method, path, body) {
  for (;;) {
    const headers = { authorization: `Bearer ${own.token}`, 'content-type': 'application/json' };
    const answer = await fetch(process.env.SERVER + path, { method, headers, body: body && JSON.stringify(body) })
      .then((response) => response.json())
      .catch(() => ({ error: { retryable: true } }));
    if (answer.error?.code === 'EXPIRED_TOKEN') await (own.renewal ??= renew(own));
    else if (!answer.error?.retryable) return answer;
    else await pause(answer.error.retryAfterMs ?? POLL_MS);
  }
}

/** One renewal, for all requests that wait for it. */
async function renew(own) {
  own.token = await freshToken();
  own.renewal = undefined;
}

async function connect({ token, conversationId, since }) {
  const own = (session = { token, conversationId });
  const me = await call(own, 'GET', '/api/me');
  if (me.error) return report('refused', { code: me.error.code });
  report('connected', { userId: me.id });
  for (let cursor = since.seq; session === own;) {
    const { conversations } = await call(own, 'POST', '/api/sync', { cursors: { [conversationId]: cursor } });
    const { events, limited } = conversations[conversationId];
    for (const { seq, type, data } of events) {
      cursor = seq;
      if (type === 'message:new') report('received', { messageId: data.id, text: data.content });
    }
    if (!limited) await pause(POLL_MS);
  }
}

async function send({ ref, text }) {
  const { conversationId } = session;
  // The same `tempId` in each attempt: the server stores the message once.
  const message = { conversationId, content: text, tempId: crypto.randomUUID() };
  const { messageId, error } = await call(session, 'POST', '/api/messages', message);
  if (error) report('failed', { ref, code: error.code });
  else report('sent', { ref, messageId });
}

runClient({ name: 'REST', lacks: ['half-open'] }, { connect, send });
