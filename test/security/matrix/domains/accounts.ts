/** Rows of the authorisation matrix: accounts and sessions. */
import { uniqueName } from '../../../support/clients/client';
import { routeRow } from '../row';

const AS_GUEST = { asNew: 'guest' } as const;

export const accountRows = [
  routeRow('POST /api/auth/register', { anonymous: 201, all: 'CONFLICT' }, (_, { password }) => ({
    body: { username: uniqueName(), password },
  })),
  routeRow(
    'POST /api/auth/login (as the owner, with another password)',
    { anonymous: 'BAD_CREDENTIALS', all: 'BAD_CREDENTIALS' },
    ({ owner }) => ({
      body: { username: owner.login, password: 'not that one' },
    }),
  ),
  routeRow(
    'POST /api/auth/login (own password)',
    { anonymous: 'BAD_CREDENTIALS', all: 200 },
    (_, { login, password }) => ({
      body: { username: login, password },
    }),
  ),
  routeRow('POST /api/auth/guest', { anonymous: 201, all: 201 }, () => ({ body: {} })),
  routeRow('POST /api/auth/refresh', { anonymous: 'MISSING_TOKEN', all: 'MISSING_TOKEN' }, () => ({ body: {} })),
  routeRow(
    'POST /api/auth/refresh (own refresh token)',
    { anonymous: 'INVALID_TOKEN', all: 200 },
    (_, { refreshToken }) => ({ body: { refreshToken } }),
    AS_GUEST,
  ),
  routeRow('POST /api/auth/logout', { anonymous: 200, all: 200 }, () => ({ body: {} }), AS_GUEST),
  routeRow(
    'POST /api/auth/password',
    { all: 200 },
    (_, { password }) => ({
      body: { currentPassword: password, newPassword: 'staple correct horse' },
    }),
    { asNew: 'registered' },
  ),
  routeRow('POST /api/auth/password (with another password)', { all: 'BAD_CREDENTIALS' }, () => ({
    body: { currentPassword: 'not that one', newPassword: 'staple correct horse' },
  })),
  routeRow('GET /api/me', { all: 200 }),
  routeRow('PATCH /api/me', { all: 200 }, () => ({ body: { whoMayAdd: 'everyone' } })),
  routeRow(
    'PATCH /api/me (the display name)',
    { all: 200 },
    () => ({ body: { displayName: uniqueName('Name ') } }),
    AS_GUEST,
  ),
  routeRow('GET /api/me/export', { all: 200 }),
  routeRow('DELETE /api/me', { all: 204 }, (_, { password }) => ({ body: { password } }), AS_GUEST),
  routeRow('DELETE /api/me (with another password)', { all: 'BAD_CREDENTIALS' }, () => ({
    body: { password: 'not that one' },
  })),
];
