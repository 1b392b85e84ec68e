/** Example responses of the admin API for users, checked against the response types. */
import type { AccountsPage, ExportedAccount } from '../../accounts';
import type { UserDetails } from './admin-users.service';
import type { UserNote } from './user-notes.repository';
import type { UserNotesPage } from './user-notes.service';

const ANNA = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';
const BEN = 'f3c1c0de-2d54-4a9e-8a43-0a6a4a3b7e22';
const NOON = '2030-05-17T12:00:00.000Z';

const ACCOUNT = {
  id: BEN,
  login: 'ben',
  displayName: 'Big Ben',
  roles: ['player'],
  isGuest: false,
  createdAt: NOON,
  lastSeenAt: NOON,
};

export const USERS_EXAMPLE: AccountsPage = {
  users: [{ ...ACCOUNT, status: 'banned', banReason: 'Sold gold for money' }],
  next: 'Big Ben',
};

export const NOTE_EXAMPLE: UserNote = {
  id: '17',
  author: { id: ANNA, name: 'anna' },
  text: 'Asked twice for a refund. See the letter of 17 May.',
  createdAt: NOON,
};

export const NOTES_EXAMPLE: UserNotesPage = { notes: [NOTE_EXAMPLE], next: '17' };

export const USER_EXAMPLE: UserDetails = {
  ...ACCOUNT,
  status: 'active',
  email: 'ben@example.com',
  sessions: [
    {
      id: '5a0c1d2e-7f3b-4c8e-9d61-2b7f4e0a9c33',
      createdAt: NOON,
      lastUsedAt: '2030-05-17T18:00:00.000Z',
      expiresAt: '2030-06-16T18:00:00.000Z',
    },
  ],
  online: true,
  nodes: [{ nodeId: 'game-1', connections: 2 }],
  notes: { notes: [NOTE_EXAMPLE] },
};

export const USER_EXPORT_EXAMPLE: ExportedAccount = {
  account: {
    id: BEN,
    displayName: 'Big Ben',
    login: 'ben',
    roles: ['player'],
    isGuest: false,
    whoMayAdd: 'everyone',
    email: 'ben@example.com',
    createdAt: NOON,
    lastSeenAt: NOON,
  },
  characters: [],
};
