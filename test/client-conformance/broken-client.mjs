// A client over stock Socket.IO with one fault, named by its argument: the kit has to find it. Without a fault it conforms.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const [fault = 'none', marker = ''] = process.argv.slice(2);
const has = (name) => fault === name;
const report = (is, fields = {}) => console.log(JSON.stringify({ is, ...fields }));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let socket;
let conversationId;
let giveToken;
const sentTexts = new Set();
const shown = [];
let showAgain;
let hasGuessed = false;
const freshToken = () => {
  report('token-needed');
  return new Promise((resolve) => (giveToken = resolve));
};
const GUESSES = ['asks-no-server', 'mentions-its-token', 'presents-its-token-in-vain'];
const command = (name, payload) => socket.timeout(2_000).emitWithAck(name, payload);

function connect({ token, since, ...where }) {
  socket?.disconnect();
  if (has('connects-nowhere')) return report('connected', { userId: userOf(token) });
  if (GUESSES.includes(fault) && !hasGuessed) return void guessOutcome(token);
  ({ conversationId } = where);
  let cursor = since.seq;
  let isReading = false;
  let isBehind = false;
  let isRefused = false;
  let held;
  const isSilent = has('never-connects-again') || has('forgets-what-it-missed');
  const auth = { token, ...(isSilent && { recovery: false }) };
  const options = { transports: ['websocket'], reconnectionDelay: 100, reconnection: !has('never-connects-again') };
  socket = io(process.env.SERVER, { ...options, forceNew: true, auth: (present) => present({ ...auth }) });
  if (has('ignores-missing-pings')) {
    socket.io.on('open', () => {
      socket.io.engine._resetPingTimeout = () => undefined;
      socket.io.engine.clearTimeoutFn(socket.io.engine._pingTimeoutTimer);
      socket.io.engine._hasPingExpired = () => false;
    });
  }

  socket.on('auth:success', async ({ userId }) => {
    if (has('logs-out')) await logOut(token);
    report('connected', { userId: has('wrong-user') ? 'another-user' : userId });
  });
  socket.on('auth:expiring', async () => {
    if (has('ignores-expiry')) return;
    auth.token = await freshToken();
    await command('auth:refresh', { token: auth.token }).catch(() => undefined);
  });
  socket.on('connect_error', async ({ data }) => {
    if (data?.code === 'EXPIRED_TOKEN' && !has('ignores-expiry')) {
      auth.token = await freshToken();
      socket.connect();
    } else if (data && has('repeats-refused-token')) {
      await pause(100);
      socket.connect();
    } else if (data) {
      if (isRefused) return;
      isRefused = true;
      report('refused', { code: data.code });
      if (!has('goes-on-with-a-refused-token')) return;
      await pause(500);
      socket.connect();
    }
  });

  const show = (data) => {
    if (has('hides-its-own-messages') && sentTexts.has(data.content)) return;
    const message = { messageId: data.id, text: data.content };
    report('received', message);
    if (!has('shows-everything-again')) return;
    shown.push(message);
    clearTimeout(showAgain);
    showAgain = setTimeout(() => shown.splice(0).forEach((again) => report('received', again)), 700);
  };
  function apply({ seq, type, data }) {
    cursor = seq;
    if (type !== 'message:new') return;
    if (has('swaps-messages') && !held) return void (held = data);
    show(data);
    if (has('shows-twice')) show(data);
    if (held) show(held);
    held = undefined;
  }
  async function catchUp() {
    isBehind = true;
    if (isReading) return;
    isReading = true;
    while (isBehind) {
      isBehind = false;
      const answer = await command('conversation:sync', { cursors: { [conversationId]: cursor } }).catch(() => null);
      if (!answer?.success) {
        isBehind = true;
        await pause(100);
        continue;
      }
      const { events, limited, head } = answer.conversations[conversationId];
      if (has('forgets-what-it-missed')) cursor = head;
      else events.forEach(apply);
      if (has('reads-one-page')) cursor = head;
      else isBehind ||= limited === true;
    }
    isReading = false;
  }
  socket.on('system:sync', catchUp);
  socket.on('message:new', (data) => {
    if (data.seq === cursor + 1 && !isReading) apply({ seq: data.seq, type: 'message:new', data });
    else if (data.seq > cursor) void catchUp();
  });
}

/** Reports what the step is about, without a server that has answered it. */
async function guessOutcome(token) {
  hasGuessed = true;
  const headers = has('presents-its-token-in-vain') ? { authorization: `Bearer ${token}` } : {};
  if (!has('asks-no-server')) await fetch(`${process.env.SERVER}/health/live?token=${token}`, { headers });
  if (process.env.STEP === 'refuse') report('refused', { code: 'INVALID_TOKEN' });
  else report('connected', { userId: userOf(token) });
}

const userOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub;

const logOut = (token) =>
  fetch(`${process.env.SERVER}/api/auth/logout`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });

async function send({ ref, text }) {
  sentTexts.add(text);
  let tempId = crypto.randomUUID();
  if (has('reports-before-the-ack')) report('sent', { ref, messageId: tempId });
  for (;;) {
    const answer = await command('message:send', { conversationId, content: text, tempId }).catch(() => null);
    if (has('gives-up-first')) report('failed', { ref, code: 'TIMEOUT' });
    if (answer?.success) {
      report('sent', { ref, messageId: answer.messageId });
      if (has('fails-what-is-sent')) report('failed', { ref, code: 'TIMEOUT' });
      if (has('reports-sent-twice')) report('sent', { ref, messageId: answer.messageId });
      return;
    }
    if (answer && has('hides-refusals')) return;
    if (answer && has('sends-what-has-failed')) report('sent', { ref, messageId: 'invented' });
    if (answer) return report('failed', { ref, code: answer.error.code });
    if (has('never-repeats')) return;
    if (has('repeats-under-a-new-id')) tempId = crypto.randomUUID();
    await pause(100);
  }
}

const handlers = { connect, send, token: ({ token }) => giveToken?.(token) };
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { do: what, ...fields } = JSON.parse(line);
    if (has('hangs')) return;
    if (has('asks-for-tokens')) return void setInterval(() => report('token-needed'), 1);
    if (has('crashes')) throw new Error('out of luck');
    if (has('prints-garbage')) console.log('connecting …');
    if (has('floods')) return void setInterval(() => console.log('x'.repeat(1_000_000)), 1);
    handlers[what](fields);
  })
  .on('close', () => process.exit());
// In a session of its own, which a signal to the process group of its parent does not reach.
if (has('leaves-a-process'))
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', marker], { detached: true, stdio: 'ignore' });
report('hello', { name: fault, lacks: has('lacks-steps') ? ['half-open', 'drop'] : [] });
