/** Bounds: accounts and sessions. */
import { beyondBound, routeBound } from '../bound';
import { wide, wideName } from '../wide-texts';
import { PASSWORD, type BoundsWorld } from '../bounds-world';

const ANONYMOUS = { authorization: '' };
const NAME = 24;
const SESSION = { rows: 8, answerBytes: 900 };
const HASHES = 'Passwords: two hashes of 32 MiB at once, 60 of each kind wait';
const KEPT = 'the latest refresh tokens of at most 100 sessions, for REFRESH_TOKEN_TTL';

const name = (world: BoundsWorld) => `b${world.number()}`.padEnd(NAME, '.');
const email = (world: BoundsWorld) => {
  const domain = `${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(58)}.example`;
  return `${String(world.number()).padEnd(64, 'e')}@${domain}`;
};

export const accountBounds = [
  routeBound('POST /api/auth/register', {
    request: 'a login of 24, a display name of 20, a password of 128 and an email address of 254 characters',
    requestBytes: 600,
    ...SESSION,
    leaves: `one account; ${KEPT}`,
    bounded: `RegisterDto; ${HASHES}; 5 a minute and address`,
    fill: (world) => ({
      headers: ANONYMOUS,
      body: {
        username: name(world),
        displayName: wideName(4_000_000 + world.number()),
        password: PASSWORD,
        email: email(world),
      },
    }),
    beyond: [
      beyondBound('a password of 129', 'VALIDATION', (world: BoundsWorld) => ({
        body: { username: name(world), password: `${PASSWORD}p` },
      })),
      beyondBound('a display name of 84 bytes', 'VALIDATION', (world: BoundsWorld) => ({
        body: { username: name(world), password: PASSWORD, displayName: wide(21) },
      })),
      beyondBound('a login of 25', 'VALIDATION', () => ({ body: { username: 'n'.repeat(25), password: PASSWORD } })),
      beyondBound('an email address of 255', 'VALIDATION', (world: BoundsWorld) => ({
        body: { username: name(world), password: PASSWORD, email: `e${email(world)}` },
      })),
    ],
  }),
  routeBound('POST /api/auth/login', {
    request: 'a name of 24 and a password of 128 characters',
    requestBytes: 220,
    ...SESSION,
    leaves: KEPT,
    bounded: `LoginDto; ${HASHES}; 120 a minute and address`,
    fill: ({ heavy }) => ({ headers: ANONYMOUS, body: { username: heavy.login, password: PASSWORD } }),
    beyond: [
      beyondBound('a password of 129', 'VALIDATION', () => ({ body: { username: 'a', password: `${PASSWORD}p` } })),
    ],
  }),
  routeBound('POST /api/auth/guest', {
    request: 'a name of 20 letters',
    requestBytes: 100,
    ...SESSION,
    leaves: `one account, for GUEST_RETENTION after it was last seen; ${KEPT}`,
    bounded: 'GuestDto; 10 a minute and address',
    fill: (world) => ({ headers: ANONYMOUS, body: { name: wideName(5_000_000 + world.number()) } }),
    beyond: [beyondBound('a name of 21', 'VALIDATION', () => ({ body: { name: 'n'.repeat(21) } }))],
  }),
  routeBound('POST /api/auth/refresh', {
    request: 'a refresh token',
    requestBytes: 120,
    ...SESSION,
    leaves: KEPT,
    bounded: 'RefreshTokenDto: 128 characters; 120 a minute and address',
    fill: async (world) => ({ headers: ANONYMOUS, body: { refreshToken: (await world.newPlayer()).refreshToken } }),
    beyond: [
      beyondBound('a token of 129', 'VALIDATION', () => ({
        headers: ANONYMOUS,
        body: { refreshToken: 'r'.repeat(129) },
      })),
    ],
  }),
  routeBound('POST /api/auth/logout', {
    request: 'a refresh token',
    requestBytes: 120,
    rows: 8,
    answerBytes: 2,
    bounded: 'RefreshTokenDto: 128 characters; 30 a minute and address',
    fill: async (world) => ({ headers: ANONYMOUS, body: { refreshToken: (await world.newPlayer()).refreshToken } }),
    beyond: [
      beyondBound('a token of 129', 'VALIDATION', () => ({
        headers: ANONYMOUS,
        body: { refreshToken: 'r'.repeat(129) },
      })),
    ],
  }),
  routeBound('POST /api/auth/password', {
    request: 'two passwords of 128 characters',
    requestBytes: 320,
    ...SESSION,
    leaves: KEPT,
    bounded: `ChangePasswordDto; ${HASHES}; 60 a minute and address`,
    fill: async (world) => ({
      token: (await world.newPlayer()).accessToken,
      body: { currentPassword: PASSWORD, newPassword: 'q'.repeat(128) },
    }),
    beyond: [
      beyondBound('a password of 129', 'VALIDATION', () => ({
        body: { currentPassword: PASSWORD, newPassword: 'q'.repeat(129) },
      })),
    ],
  }),
  routeBound('GET /api/me', {
    request: 'no content, by an account with an email address of 254 characters',
    requestBytes: 0,
    rows: 2,
    answerBytes: 560,
    bounded: 'one row',
    fill: () => ({}),
  }),
  routeBound('PATCH /api/me', {
    request: 'the setting whoMayAdd, and a display name of 20 letters',
    requestBytes: 140,
    rows: 5,
    answerBytes: 560,
    bounded: 'one row',
    fill: (world) => ({ body: { whoMayAdd: 'everyone', displayName: wideName(6_000_000 + world.number()) } }),
  }),
  routeBound('GET /api/me/export', {
    request: 'no content, by the author of 600 messages of 10,000 characters; more messages make a larger answer',
    requestBytes: 0,
    rows: 1_300,
    answerBytes: 26_000_000,
    bounded:
      'grows with all that the user has written: 250 MB for 6,000 such messages. It is sent in pages of MAX_PAGE_BYTES, as fast as the client reads, one at a time for each user, and charged to the bytes answered over HTTP; 5 a minute and address',
    fill: () => ({}),
  }),
  routeBound('DELETE /api/me', {
    request: 'a password of 128 characters, by a user in 1,000 conversations with the maximum of everything',
    requestBytes: 150,
    rows: 4_300,
    answerBytes: 0,
    leaves: 'only the messages in conversations, without a name',
    bounded: 'the data of one user; 60 a minute and address',
    fill: async (world) => ({ token: (await world.newHeavyPlayer()).accessToken, body: { password: PASSWORD } }),
    beyond: [beyondBound('a password of 129', 'VALIDATION', () => ({ body: { password: `${PASSWORD}p` } }))],
  }),
];
