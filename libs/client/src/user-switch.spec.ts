/** What a client shows and keeps for one user is out of reach of the user who logs in after. */
import {
  connectSimulated,
  simulate,
  type SimulatedClient,
  type Simulation,
} from '../../../test/support/sdk/simulated-client';
import type { Fetch } from './http/http-api';

const MESSAGE = {
  ...{ id: 'm1', conversationId: 'c1', seq: 1, senderId: 'ada', sender: { id: 'ada', name: 'Ada' } },
  ...{ content: 'private', createdAt: '2026-01-01T00:00:00.000Z', reactions: [] },
};
const ADA = { id: 'ada', name: 'Ada', role: 'owner', readSeq: 1, deliveredSeq: 1 };
const ZONE = { zone: 'meadow', tick: 1, players: [{ id: 'hero', n: 1, x: 1, y: 1, facing: 0 }], monsters: [] };

let simulation: Simulation;
let user: string;
let held: (() => void)[] | undefined;

beforeEach(() => {
  simulation = simulate();
  user = 'ada';
  held = undefined;
});

/** A conversation of Ada alone. The answers wait while `held` is set. */
const fetch: Fetch = async (url, { headers }) => {
  const isAda = headers.authorization?.startsWith('Bearer ada') ?? false;
  if (held && url.includes('/api/messages')) await new Promise<void>((resolve) => held?.push(resolve));
  if (!url.includes('c1')) throw new Error('not there');
  const [status, answer] = !isAda
    ? [404, { error: { code: 'NOT_FOUND', message: '', retryable: false } }]
    : url.includes('/api/messages')
      ? [200, { messages: [MESSAGE] }]
      : [200, { kind: 'group', title: 'diary', head: 1, members: [ADA] }];
  return { ok: isAda, status, json: async () => answer };
};

const connect = (): Promise<SimulatedClient> =>
  connectSimulated(simulation, { fetch, getToken: () => simulation.server.newToken(user) });

async function switchToBob({ client, link }: SimulatedClient): Promise<void> {
  user = 'bob';
  link().cut();
  await simulation.clock.passUntil(() => client.userId === 'bob' && client.state.get().phase === 'live', 10_000);
}

it('user switch: the open conversation of the former user is empty, and the next one cannot open it', async () => {
  const simulated = await connect();
  const { conversations } = simulated.client;
  const diary = await conversations.open('c1');
  expect(diary.current.get()).toMatchObject({ title: 'diary', isMember: true, messages: [{ content: 'private' }] });
  await switchToBob(simulated);
  const emptied = { isMember: false, title: undefined, members: [], messages: [] };
  expect(diary.current.get()).toMatchObject(emptied);
  await expect(conversations.open('c1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await simulation.clock.pass(5_000);
  expect(diary.current.get()).toMatchObject(emptied);
  simulated.client.close();
});

it('user switch: a conversation that was being opened is not handed to the next user', async () => {
  const simulated = await connect();
  held = [];
  const refused = expect(simulated.client.conversations.open('c1')).rejects.toMatchObject({ code: 'CLOSED' });
  await simulation.clock.pass(10);
  const waiting = held;
  held = undefined;
  expect(waiting).toHaveLength(1);
  await switchToBob(simulated);
  for (const answer of waiting) answer();
  await simulation.clock.pass(10);
  await refused;
  simulated.client.close();
});

it('user switch: the end of a former opening does not close the conversation that was opened since', async () => {
  const simulated = await connect();
  const { conversations } = simulated.client;
  const first = await conversations.open('c1');
  await switchToBob(simulated);
  user = 'ada';
  simulated.link().cut();
  await simulation.clock.pass(1_000);
  const second = await conversations.open('c1');
  expect(second).not.toBe(first);
  first.close();
  expect(await conversations.open('c1')).toBe(second);
  simulated.client.close();
});

it('user switch: nothing of the world, the fights and the challenges is left', async () => {
  const simulated = await connect();
  const { client, link } = simulated;
  link().push('zone:state', ZONE);
  link().push('combat:started', { sessionId: 'f1', mode: 'pvp', state: null });
  link().push('combat:invited', { sessionId: 'f2' });
  expect([client.world.at().others.length, client.combat.current.get()?.sessionId]).toEqual([1, 'f1']);
  expect(client.combat.invitations.get()).toHaveLength(1);
  await switchToBob(simulated);
  expect([client.world.at(), client.world.own]).toEqual([{ zone: '', own: undefined, others: [] }, undefined]);
  expect([client.combat.current.get(), client.combat.invitations.get()]).toEqual([null, []]);
  client.close();
});
