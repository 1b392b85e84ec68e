/** Bounds: presence. */
import { beyond, command } from '../bound';
import { wide, wideNumbered } from '../texts';
import type { World } from '../world';

const users = (count: number) => (world: World) => ({ userIds: world.users.slice(0, count) });
const seenUsers = async (world: World) => {
  const wanted = users(100)(world);
  await world.node.online(wanted.userIds);
  return wanted;
};
const REQUEST = '100 users, all of them online and in the world';
const TOO_MANY = beyond('101 users', 'VALIDATION', users(101));
/** By chunks, for no command takes more. */
const watch = async ({ witness, users: all }: World, from: number, to: number): Promise<void> => {
  for (let first = from; first < to; first += 100)
    await witness.client.send('presence:subscribe', { userIds: all.slice(first, Math.min(first + 100, to)) });
};

export const presence = [
  command('presence:update', {
    request: 'an activity of 80 characters',
    requestBytes: 360,
    rows: 8,
    answerBytes: 400,
    causes: [{ event: 'player:status_change', bytes: 450, to: 'those who watch the user', seen: 1 }],
    leaves: 'one row per user, which goes with the account',
    bounded: 'PresenceUpdateDto: 80 characters; presence_settings has one row per user',
    fill: async (world) => {
      await world.witness.client.send('presence:subscribe', { userIds: [world.heavy.id] });
      return { status: 'busy', activity: wideNumbered(80, world.number()) };
    },
    beyond: [beyond('81 characters', 'VALIDATION', () => ({ activity: wide(81) }))],
  }),
  command('presence:get', {
    request: REQUEST,
    requestBytes: 4_000,
    rows: 100,
    answerBytes: 62_000,
    leaves: 'nothing',
    bounded: 'PresenceUsersDto: 100 ids',
    fill: seenUsers,
    beyond: [TOO_MANY],
  }),
  command('presence:subscribe', {
    request: REQUEST,
    requestBytes: 4_000,
    rows: 100,
    answerBytes: 62_000,
    leaves: '500 rooms of a connection at most, until it ends',
    bounded: 'PresenceUsersDto: 100 ids; PresenceWatching.MAX_WATCHED',
    fill: seenUsers,
    beyond: [
      TOO_MANY,
      {
        ...beyond('one more than 500 users in all', 'VALIDATION', async (world: World) => {
          await watch(world, 0, 499);
          return { userIds: [world.users[500] ?? ''] };
        }),
        as: 'witness',
      },
    ],
  }),
  command('presence:unsubscribe', {
    request: '100 users',
    requestBytes: 4_000,
    rows: 0,
    answerBytes: 20,
    leaves: 'nothing',
    bounded: 'PresenceUsersDto: 100 ids',
    fill: users(100),
    beyond: [TOO_MANY],
  }),
];
