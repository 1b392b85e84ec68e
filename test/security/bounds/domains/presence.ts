/** Bounds: presence. */
import { beyondBound, commandBound } from '../bound';
import { wide, wideNumbered } from '../wide-texts';
import type { BoundsWorld } from '../bounds-world';

const users = (count: number) => (world: BoundsWorld) => ({ userIds: world.users.slice(0, count) });
const seenUsers = async (world: BoundsWorld) => {
  const wanted = users(100)(world);
  await world.node.online(wanted.userIds);
  return wanted;
};
const REQUEST = '100 users, all of them online and in the world';
const TOO_MANY = beyondBound('101 users', 'VALIDATION', users(101));
/** In chunks of 100, the maximum of one command. */
const watch = async ({ witness, users: all }: BoundsWorld, from: number, to: number): Promise<void> => {
  for (let first = from; first < to; first += 100)
    await witness.client.send('presence:subscribe', { userIds: all.slice(first, Math.min(first + 100, to)) });
};

export const presenceBounds = [
  commandBound('presence:update', {
    request: 'an activity of 80 characters',
    requestBytes: 360,
    rows: 8,
    answerBytes: 400,
    causes: [{ event: 'player:status_change', bytes: 450, to: 'the subscribers of the user', seen: 1 }],
    leaves: 'one row per user, which is deleted with the account',
    bounded: 'PresenceUpdateDto: 80 characters; presence_settings has one row per user',
    fill: async (world) => {
      await world.witness.client.send('presence:subscribe', { userIds: [world.heavy.id] });
      return { status: 'busy', activity: wideNumbered(80, world.number()) };
    },
    beyond: [beyondBound('81 characters', 'VALIDATION', () => ({ activity: wide(81) }))],
  }),
  commandBound('presence:get', {
    request: REQUEST,
    requestBytes: 4_000,
    rows: 100,
    answerBytes: 62_000,
    bounded: 'PresenceUsersDto: 100 ids',
    fill: seenUsers,
    beyond: [TOO_MANY],
  }),
  commandBound('presence:subscribe', {
    request: REQUEST,
    requestBytes: 4_000,
    rows: 100,
    answerBytes: 62_000,
    leaves: '500 rooms of a connection at most, until it ends',
    bounded: 'PresenceUsersDto: 100 ids; PresenceSubscriptions.MAX_WATCHED_USERS',
    fill: seenUsers,
    beyond: [
      TOO_MANY,
      {
        ...beyondBound('one more than 500 users in all', 'VALIDATION', async (world: BoundsWorld) => {
          await watch(world, 0, 499);
          return { userIds: [world.users[500] ?? ''] };
        }),
        as: 'witness',
      },
    ],
  }),
  commandBound('presence:unsubscribe', {
    request: '100 users',
    requestBytes: 4_000,
    rows: 0,
    answerBytes: 20,
    bounded: 'PresenceUsersDto: 100 ids',
    fill: users(100),
    beyond: [TOO_MANY],
  }),
];
