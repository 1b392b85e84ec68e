/** Example responses of the admin API for users, checked against the response types. */
import type { AccountsPage } from '../../accounts';

const BEN = 'f3c1c0de-2d54-4a9e-8a43-0a6a4a3b7e22';
const NOON = '2030-05-17T12:00:00.000Z';

export const USERS_EXAMPLE: AccountsPage = {
  users: [
    {
      id: BEN,
      login: 'ben',
      displayName: 'Big Ben',
      roles: ['player'],
      status: 'banned',
      isGuest: false,
      banReason: 'Sold gold for money',
      createdAt: NOON,
      lastSeenAt: NOON,
    },
  ],
  next: 'Big Ben',
};
