/** Answers that are not the server's, and those that never arrive: a captive portal, a proxy, a half-open network. */
import { simulate, simulatedClient } from '../../../../test/support/sdk/simulated-client';
import { VirtualClock } from '../../../../test/support/sdk/virtual-clock';
import { type Fetch, HttpApi } from './http-api';

type Answer = Awaited<ReturnType<Fetch>>;

const never = (): Promise<never> => new Promise(() => undefined);
const answered = (status: number, body: unknown): Answer => ({
  ok: status < 300,
  status,
  json: async () => JSON.parse(typeof body === 'string' ? body : JSON.stringify(body)) as unknown,
});
const PORTAL = '<html>Please log in to this Wi-Fi</html>';

function createApi(fetch: Fetch): { readonly api: HttpApi; readonly clock: VirtualClock } {
  const clock = new VirtualClock();
  return { api: new HttpApi('http://server', () => 'token', fetch, clock), clock };
}

it.each([
  ['fetch', never],
  ['the body of the answer', async () => ({ ok: true, status: 200, json: never })],
])('http: a call ends with a retryable TIMEOUT and is aborted if %s never ends', async (_, hang) => {
  let signal: AbortSignal | undefined;
  const { api, clock } = createApi((_url, options) => {
    signal = options.signal;
    return hang();
  });
  const failed = expect(api.get('/api/characters')).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
  await clock.pass(9_000);
  expect(signal?.aborted).toBe(false);
  await clock.pass(2_000);
  await failed;
  expect([signal?.aborted, clock.hasTimers]).toEqual([true, false]);
});

it('http: a call ends with TIMEOUT in an engine without AbortController', async () => {
  const { AbortController: known } = globalThis;
  Reflect.deleteProperty(globalThis, 'AbortController');
  try {
    const { api, clock } = createApi(never);
    const failed = expect(api.post('/api/sync', {})).rejects.toMatchObject({ code: 'TIMEOUT' });
    await clock.pass(11_000);
    await failed;
  } finally {
    globalThis.AbortController = known;
  }
});

const REFUSAL = { code: 'NOT_FOUND', message: 'no such conversation', retryable: false, details: { id: 'c1' } };

it.each([
  ['200 with HTML', 200, PORTAL, true],
  ['200 with a text', 200, '"ok"', true],
  ['200 with null', 200, 'null', true],
  ['200 with an object of something else', 200, { status: 'ok' }, true],
  ['502 with HTML', 502, '<html>Bad Gateway</html>', true],
  ['502 with a text as its error', 502, { error: 'Bad Gateway' }, true],
  ['503 with an error of something else', 503, { error: { code: 503, message: 'busy' } }, true],
  ['504 with null', 504, 'null', true],
  ['429 with HTML', 429, '<html>Slow down</html>', true],
  ['408 without a body', 408, '', true],
  ['404 with HTML', 404, '<html>Not Found</html>', false],
  ['413 with an error of something else', 413, { error: { code: 'too_large' } }, false],
])('http: %s becomes UNAVAILABLE', async (_, status, body, retryable) => {
  const { api } = createApi(async () => answered(status, body));
  const call = api.post<{ messageId: string }>('/api/messages', {}, 'messageId');
  await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable });
});

it('http: an error of the server keeps its code, whether it is retryable, and its details', async () => {
  const { api } = createApi(async () => answered(404, { error: { ...REFUSAL, requestId: 'r' } }));
  await expect(api.get('/api/conversations/c1')).rejects.toMatchObject(REFUSAL);
});

it('http: a list is a result, and an object in its place is not', async () => {
  let body: unknown = [];
  const { api } = createApi(async () => answered(200, body));
  expect(await api.get<string[]>('/api/characters', {}, 'length')).toEqual([]);
  body = { login: 'required' };
  await expect(api.get<string[]>('/api/characters', {}, 'length')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

/** A client that is over HTTP, and has a message that POST answers in this way. */
async function sendOverHttp(answer: () => Promise<Answer>) {
  const simulation = simulate();
  simulation.server.isReachable = false;
  let posts = 0;
  const fetch: Fetch = async (url) => {
    if (url.endsWith('/api/me')) return answered(200, { id: 'ada' });
    if (!url.endsWith('/api/messages')) throw new Error('not there');
    posts += 1;
    return answer();
  };
  const { client } = simulatedClient(simulation, { fetch });
  client.connect().catch(() => undefined);
  await simulation.clock.passUntil(() => client.state.get().isOverHttp, 60_000);
  await client.outbox.add({ tempId: 'm1', conversationId: 'c1', content: 'hello' });
  await simulation.clock.passUntil(() => posts > 0, 10_000);
  return { ...simulation, client };
}

it.each([
  ['a captive portal has answered', async () => answered(200, PORTAL)],
  ['a proxy has refused', async () => answered(502, { error: 'Bad Gateway' })],
  ['nothing has answered', never],
])('http: a message that %s is sent by the next connection', async (_, answer) => {
  const { client, clock, server } = await sendOverHttp(answer);
  await clock.pass(1_000);
  expect(client.state.get().queued).toBe(1);
  server.isReachable = true;
  await clock.passUntil(() => client.state.get().queued === 0, 60_000);
  expect(server.messages.map(({ tempId }) => tempId)).toEqual(['m1']);
  expect(client.outbox.entries.get()).toEqual([]);
  client.close();
});
