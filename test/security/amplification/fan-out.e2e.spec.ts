/** What others receive is charged to whoever causes it: over the budget, whatever fans out is refused, on both ways in. */
import { FAN_OUT_BUDGET, MessageSend } from '@aeturnis/contracts';
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients, connect, playAsGuest } from '../../support/client';
import { call } from '../../support/http';
import { createMigratedDatabase, type TestDatabase } from '../../support/postgres';
import { startTestServer } from '../../support/server';

/** Three bytes each, as many as a message may have. */
const LONG = '€'.repeat(10_000);
const LONG_BYTES = 30_000;
/** So many that the burst of messages costs more than the budget holds. */
const RECEIVERS = Math.ceil((FAN_OUT_BUDGET.burst * 1.3) / LONG_BYTES / MessageSend.policy.burst);

let database: TestDatabase;
let server: RunningServer;
beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({
    DATABASE_URL: database.url,
    LIMITS: 'on',
    CONNECTIONS_PER_USER: '100',
  });
}, 60_000);
afterAll(async () => {
  closeClients();
  await server.close();
  await database.drop();
});

it('refuses further messages while the budget is overdrawn, and what reaches nobody else goes on', async () => {
  const [anna, ben] = [await playAsGuest(server.url), await playAsGuest(server.url)];
  const client = await connect(server.url, anna.accessToken);
  for (let n = 0; n < RECEIVERS; n++) await connect(server.url, ben.accessToken);
  const created = await client.send('conversation:create', { kind: 'group', participantIds: [ben.id] });
  const conversationId = String(created['id']);
  let refusal: { code: string; retryAfterMs?: number } | undefined;
  let sent = 0;
  while (!refusal && sent < MessageSend.policy.burst) {
    const { error } = await client.send('message:send', { conversationId, content: LONG });
    if (error) refusal = error;
    else sent++;
  }
  expect(sent).toBeGreaterThan(1);
  expect(refusal).toMatchObject({ code: 'RATE_LIMITED' });
  expect(refusal?.retryAfterMs).toBeGreaterThan(0);
  const renamed = await call(server.url, 'PATCH', `/api/conversations/${conversationId}`, {
    token: anna.accessToken,
    body: { title: 'louder' },
  });
  expect([renamed.status, renamed.body.error?.code]).toEqual([429, 'RATE_LIMITED']);
  expect((await client.send('conversation:mute', { conversationId, muted: true })).success).toBe(true);
}, 60_000);
