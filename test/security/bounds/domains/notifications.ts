/** Bounds: notifications. */
import { beyondBound, commandBound, routeBound } from '../bound';
import type { BoundsWorld } from '../bounds-world';

const KEPT = 'MAX_NOTIFICATIONS_PER_USER: 200 of a user, for 30 days at most';
const NOTHING = { leaves: 'nothing', bounded: KEPT };
const PAGE = { rows: 103, answerBytes: 165_000, ...NOTHING, bounded: `100 on a page; ${KEPT}` };
const TO = 'the connections of the user that subscribe to them';
const READ_ALL = { rows: 401, answerBytes: 60, ...NOTHING };
const READ = { rows: 2, answerBytes: 90, ...NOTHING };
const seen = (bytes: number) => ({ event: 'notification:seen' as const, bytes, to: TO, seen: 1 });

/** Gives the heavy user the maximum number of notifications, all unread. */
const refill = async ({ sql, seed, heavy }: BoundsWorld): Promise<void> => {
  await sql.query(`delete from notifications where user_id = $1`, [heavy.id]);
  await seed.notifications(heavy.id);
  await heavy.client.send('subscribe:notifications');
};
const unreadId = async (world: BoundsWorld): Promise<string> => {
  await refill(world);
  const found = await world.sql.query<{ id: string }>(`select id from notifications where user_id = $1 limit 1`, [
    world.heavy.id,
  ]);
  return found.rows[0]?.id ?? '';
};
const tooLarge = beyondBound<object>('a page of 101', 'VALIDATION', () => ({ limit: 101 }));

export const notificationBounds = [
  commandBound('subscribe:notifications', {
    request: 'an empty object, by a user with 200',
    requestBytes: 2,
    rows: 51,
    answerBytes: 83_000,
    leaves: 'unreadId room of the connection',
    bounded: 'NotificationInbox.MAX_INITIAL: the newest 50',
    fill: () => ({}),
  }),
  commandBound('unsubscribe:notifications', {
    request: 'an empty object',
    requestBytes: 2,
    rows: 0,
    answerBytes: 20,
    ...NOTHING,
    fill: () => ({}),
  }),
  commandBound('notification:list', {
    request: 'a page of 100',
    requestBytes: 50,
    ...PAGE,
    fill: () => ({ limit: 100, cursor: '9'.repeat(18) }),
    beyond: [tooLarge, beyondBound('a cursor of 19 digits', 'VALIDATION', () => ({ cursor: '9'.repeat(19) }))],
  }),
  commandBound('notification:read', {
    request: 'one notification',
    requestBytes: 60,
    ...READ,
    causes: [seen(90), { event: 'notification:read:success', bytes: 50, to: 'the caller', seen: 1 }],
    fill: async (world) => ({ notificationId: await unreadId(world) }),
  }),
  commandBound('notification:read_all', {
    request: 'an empty object, by a user with 200 unread notifications',
    requestBytes: 2,
    ...READ_ALL,
    causes: [seen(8_000)],
    fill: async (world) => {
      await refill(world);
      return {};
    },
  }),
  routeBound('GET /api/notifications', {
    request: 'a page of 100',
    requestBytes: 30,
    ...PAGE,
    fill: () => ({ query: { limit: '100' } }),
    beyond: [beyondBound('a page of 101', 'VALIDATION', () => ({ query: { limit: '101' } }))],
  }),
  routeBound('GET /api/notifications/unread-count', {
    request: 'no content',
    requestBytes: 0,
    rows: 1,
    answerBytes: 20,
    ...NOTHING,
    fill: () => ({}),
  }),
  routeBound('POST /api/notifications/{id}/read', {
    request: 'one notification',
    requestBytes: 0,
    ...READ,
    causes: [seen(90)],
    fill: async (world) => ({ params: { id: await unreadId(world) } }),
  }),
  routeBound('POST /api/notifications/read-all', {
    request: 'no content, by a user with 200 unread notifications',
    requestBytes: 0,
    ...READ_ALL,
    causes: [seen(8_000)],
    fill: async (world) => {
      await refill(world);
      return {};
    },
  }),
];
