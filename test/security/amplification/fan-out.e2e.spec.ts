/** Fan-out is charged to the user who causes it: over the budget every operation that fans out is refused, over sockets and HTTP. */
import { FAN_OUT_BUDGET, MessageSend } from '@aeturnis/contracts';
import { connect, playAsGuest } from '../../support/clients/client';
import { callApi } from '../../support/clients/http';
import { usePrivateServer } from '../../support/servers/private-server';

/** The longest message, with three bytes for each character. */
const LONG = '€'.repeat(10_000);
const LONG_BYTES = 30_000;
/** Enough receivers for a burst of messages to cost more than the budget holds. */
const RECEIVERS = Math.ceil((FAN_OUT_BUDGET.burst * 1.3) / LONG_BYTES / MessageSend.policy.burst);

const server = usePrivateServer({ LIMITS: 'on', CONNECTIONS_PER_USER: '100' });

it('an overdrawn fan-out budget refuses messages and renames, and a command without fan-out succeeds', async () => {
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
  const renamed = await callApi(server.url, 'PATCH', `/api/conversations/${conversationId}`, {
    token: anna.accessToken,
    body: { title: 'louder' },
  });
  expect([renamed.status, renamed.body.error?.code]).toEqual([429, 'RATE_LIMITED']);
  expect((await client.send('conversation:mute', { conversationId, muted: true })).success).toBe(true);
}, 60_000);
