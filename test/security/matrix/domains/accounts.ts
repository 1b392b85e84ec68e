/** Who may do what: accounts and sessions. */
import { uniqueName } from '../../../support/client';
import { route } from '../row';

const AS_GUEST = { asNew: 'guest' } as const;

export const accounts = [
  route('POST /api/auth/register', { anonymous: 201, all: 'CONFLICT' }, (_, { password }) => ({
    body: { username: uniqueName(), password },
  })),
  route(
    'POST /api/auth/login (as the owner, with another password)',
    { anonymous: 'BAD_CREDENTIALS', all: 'BAD_CREDENTIALS' },
    ({ owner }) => ({
      body: { username: owner.login, password: 'not that one' },
    }),
  ),
  route(
    'POST /api/auth/login (own password)',
    { anonymous: 'BAD_CREDENTIALS', all: 200 },
    (_, { login, password }) => ({
      body: { username: login, password },
    }),
  ),
  route('POST /api/auth/guest', { anonymous: 201, all: 201 }, () => ({ body: {} })),
  route('POST /api/auth/refresh', { anonymous: 'MISSING_TOKEN', all: 'MISSING_TOKEN' }, () => ({ body: {} })),
  route(
    'POST /api/auth/refresh (own refresh token)',
    { anonymous: 'INVALID_TOKEN', all: 200 },
    (_, { refreshToken }) => ({ body: { refreshToken } }),
    AS_GUEST,
  ),
  route('POST /api/auth/logout', { anonymous: 200, all: 200 }, () => ({ body: {} }), AS_GUEST),
  route(
    'POST /api/auth/password',
    { all: 200 },
    (_, { password }) => ({
      body: { currentPassword: password, newPassword: 'staple correct horse' },
    }),
    { asNew: 'registered' },
  ),
  route('POST /api/auth/password (with another password)', { all: 'BAD_CREDENTIALS' }, () => ({
    body: { currentPassword: 'not that one', newPassword: 'staple correct horse' },
  })),
  route('GET /api/me', { all: 200 }),
  route('PATCH /api/me', { all: 200 }, () => ({ body: { whoMayAdd: 'everyone' } })),
  route(
    'PATCH /api/me (the display name)',
    { all: 200 },
    () => ({ body: { displayName: uniqueName('Name ') } }),
    AS_GUEST,
  ),
  route('GET /api/me/export', { all: 200 }),
  route('DELETE /api/me', { all: 204 }, (_, { password }) => ({ body: { password } }), AS_GUEST),
  route('DELETE /api/me (with another password)', { all: 'BAD_CREDENTIALS' }, () => ({
    body: { password: 'not that one' },
  })),
];
