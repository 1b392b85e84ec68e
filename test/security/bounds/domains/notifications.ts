/** Bounds: notifications. */
import { beyond, command, route } from '../bound';
import type { World } from '../world';

const KEPT = 'MAX_NOTIFICATIONS: 200 of a user, for 30 days at most';
const NOTHING = { leaves: 'nothing', bounded: KEPT };
const PAGE = { rows: 103, answerBytes: 165_000, ...NOTHING, bounded: `100 on a page; ${KEPT}` };
const TO = 'the connections of the user that follow them';
const READ_ALL = { rows: 401, answerBytes: 60, ...NOTHING };
const READ = { rows: 2, answerBytes: 90, ...NOTHING };
const seen = (bytes: number) => ({ event: 'notification:seen' as const, bytes, to: TO, seen: 1 });

/** All of them unread, as many as are kept. */
const refill = async ({ sql, seed, heavy }: World): Promise<void> => {
  await sql.query(`delete from notifications where user_id = $1`, [heavy.id]);
  await seed.notifications(heavy.id);
  await heavy.client.send('subscribe:notifications');
};
const one = async (world: World): Promise<string> => {
  await refill(world);
  const found = await world.sql.query<{ id: string }>(`select id from notifications where user_id = $1 limit 1`, [
    world.heavy.id,
  ]);
  return found.rows[0]?.id ?? '';
};
const tooLarge = beyond<object>('a page of 101', 'VALIDATION', () => ({ limit: 101 }));

export const notifications = [
  command('subscribe:notifications', {
    request: 'an empty object, by a user with 200',
    requestBytes: 2,
    rows: 51,
    answerBytes: 83_000,
    leaves: 'one room of the connection',
    bounded: 'NotificationReading.SHOWN: the newest 50',
    fill: () => ({}),
  }),
  command('unsubscribe:notifications', {
    request: 'an empty object',
    requestBytes: 2,
    rows: 0,
    answerBytes: 20,
    ...NOTHING,
    fill: () => ({}),
  }),
  command('notification:list', {
    request: 'a page of 100',
    requestBytes: 50,
    ...PAGE,
    fill: () => ({ limit: 100, cursor: '9'.repeat(18) }),
    beyond: [tooLarge, beyond('a cursor of 19 digits', 'VALIDATION', () => ({ cursor: '9'.repeat(19) }))],
  }),
  command('notification:read', {
    request: 'one',
    requestBytes: 60,
    ...READ,
    causes: [seen(90), { event: 'notification:read:success', bytes: 50, to: 'the caller', seen: 1 }],
    fill: async (world) => ({ notificationId: await one(world) }),
  }),
  command('notification:read_all', {
    request: 'an empty object, by a user with 200 unread ones',
    requestBytes: 2,
    ...READ_ALL,
    causes: [seen(8_000)],
    fill: async (world) => {
      await refill(world);
      return {};
    },
  }),
  route('GET /api/notifications', {
    request: 'a page of 100',
    requestBytes: 30,
    ...PAGE,
    fill: () => ({ query: { limit: '100' } }),
    beyond: [beyond('a page of 101', 'VALIDATION', () => ({ query: { limit: '101' } }))],
  }),
  route('GET /api/notifications/unread-count', {
    request: 'no content',
    requestBytes: 0,
    rows: 1,
    answerBytes: 20,
    ...NOTHING,
    fill: () => ({}),
  }),
  route('POST /api/notifications/{id}/read', {
    request: 'one',
    requestBytes: 0,
    ...READ,
    causes: [seen(90)],
    fill: async (world) => ({ params: { id: await one(world) } }),
  }),
  route('POST /api/notifications/read-all', {
    request: 'no content, by a user with 200 unread ones',
    requestBytes: 0,
    ...READ_ALL,
    causes: [seen(8_000)],
    fill: async (world) => {
      await refill(world);
      return {};
    },
  }),
];
