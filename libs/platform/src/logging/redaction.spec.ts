/** What must never reach a log does not. */
import { redact, redaction } from './redaction';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

describe('redact', () => {
  it('hides secrets by the name of their field, however deep', () => {
    const seen = redact({
      a: { accessToken: 'x', Cookie: 'y', password: 'z', list: [{ authorization: 'w' }] },
      text: 'whisper',
      name: 'anna',
    });
    expect(seen).toEqual({
      a: { accessToken: '[hidden]', Cookie: '[hidden]', password: '[hidden]', list: [{ authorization: '[hidden]' }] },
      text: '[hidden]',
      name: 'anna',
    });
  });

  it('hides secrets by their look', () => {
    expect(redact(`token ${JWT} refused`)).toBe('token [hidden] refused');
    expect(redact('postgres://user:pass@host/db')).toBe('postgres://user:[hidden]@host/db');
    expect(redact('GET /socket.io/?EIO=4&token=abc&x=1')).toBe('GET /socket.io/?EIO=4&token=[hidden]&x=1');
    expect(redact(new Error(`bad ${JWT}`))).not.toContain(JWT);
  });

  it('hides the parameters of a failed query, however many lines they have', () => {
    const error = new Error('Failed query: insert into x values ($1, $2)\nparams: my secret\n    at night,hash');
    expect(redact(error)).not.toContain('at night');
    expect(redact(error)).toMatch(/^Error: Failed query: insert into x values \(\$1, \$2\)\n {4}at /);
    expect(redact(error.message)).toBe('Failed query: insert into x values ($1, $2)');
  });

  describe('the cause of an error', () => {
    const full = Object.assign(new Error('could not extend file "base/1": No space left on device'), { code: '53100' });
    const failed = new Error('Failed query: insert into x values ($1)\nparams: my secret', { cause: full });

    it('is told with its code, with and without frames', () => {
      const told =
        'Error: Failed query: insert into x values ($1) ← Error: could not extend file "base/1": No space left on device [53100]';
      expect(redact(failed, 0, false)).toBe(told);
      expect(String(redact(failed)).split('\n')[0]).toBe(told);
    });

    it('hides secrets as well', () => {
      const cause = new Error(`refused ${JWT}`, { cause: new Error('postgres://user:pass@host/db') });
      const told = redact(new Error('no', { cause }), 0, false);
      expect(told).toBe('Error: no ← Error: refused [hidden] ← Error: postgres://user:[hidden]@host/db');
    });

    it('is not told twice, nor without end', () => {
      const one = new Error('one');
      one.cause = new Error('two', { cause: one });
      expect(redact(one, 0, false)).toBe('Error: one ← Error: two');
      let deep = new Error('0');
      for (let n = 1; n < 50; n++) deep = new Error(String(n), { cause: deep });
      expect(String(redact(deep, 0, false)).split(' ← ')).toHaveLength(5);
    });

    it('has no code where the message says it', () => {
      const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
      expect(redact(error, 0, false)).toBe('Error: connect ECONNREFUSED 127.0.0.1:1');
    });
  });

  it.each([
    ['a refresh token', 'q3b2Jm0T1aVb9Yx8m2tqf0Zr1sL7n4KcWQeUuE5hH3o'],
    ['a refresh token in a path', '/api/auth/q3b2Jm0T1aVb9Yx8m2tqf0Zr1sL7n4KcWQeUuE5hH3o?x=1'],
    ['a token glued to other text', `xx${JWT}`],
    ['a token of another spelling', 'ewogICJhbGciOiAiUlMyNTYifQ.ewogICJzdWIiOiAieCJ9ewog.c2lnbmF0dXJlc2lnbmF0dXJl'],
    ['a token behind much else', `${'word '.repeat(3_000)}${JWT}`],
    ['a token where the text is cut', `${'word '.repeat(195)}q3b2Jm0T1aVb9Yx8m2tqf0Zr1sL7n4KcWQeUuE5hH3o`],
    ['a refresh token in an address', 'https://x.example/?refreshToken=short&a=1'],
  ])('hides %s', (_, text) => {
    for (const seen of [redact(text), redact(new Error(text)), redact({ [text]: 1 }), redact([text])]) {
      const written = JSON.stringify(seen);
      for (const secret of ['q3b2Jm0T', 'eyJhbGciOiJ', 'ewogICJhbG', 'c2lnbmF0', 'short'])
        expect(written).not.toContain(secret);
    }
  });

  it.each([
    '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11',
    'at Object.<anonymous> (/srv/app/node_modules/@nestjs/platform-socket.io/adapters/io-adapter.js:12:3)',
    'GET /api/conversations/:id/messages: There is no such conversation',
    'shutdown-of-conversations-failed-because-the-database-was-away.service',
  ])('leaves %s as it is', (text) => expect(redact(text)).toBe(text));

  it('writes control characters out, so that no text looks like another line', () => {
    expect(redact('anna\r\n12:00:00.000 error [Auth] root logged in\u001b[2K\u2028x\u202ey')).toBe(
      'anna\\u000d\\n12:00:00.000 error [Auth] root logged in\\u001b[2K\\u2028x\\u202ey',
    );
    expect(redact(new Error('one\ntwo\n    at x'))).toMatch(/^Error: one\\ntwo\\n {4}at x\n {4}at /);
    expect(redact({ 'a\nb': 1 })).toEqual({ 'a\\nb': 1 });
  });

  it('bounds what is written, and what is looked at', () => {
    expect(String(redact('a b '.repeat(1_000))).length).toBeLessThan(1_050);
    expect(String(redact(new Error('x'.repeat(1_000_000)))).length).toBeLessThan(10_000);
    expect(redact(Array.from({ length: 500 }, () => 1))).toHaveLength(100);
    // Each of these would take minutes with an expression that tries every place anew.
    for (const part of ['a', 'A.', 'eyJ', 'eyJ.', 'a://', '?token=', '\n'])
      expect(String(redact(part.repeat(1_000_000))).length).toBeLessThan(10_000);
  });

  it.each([
    ['inside other letters', `id-${JWT}-x`, 'id-[hidden]'],
    ['behind a part that only looks like its beginning', `eyJ.${JWT}`, 'eyJ.[hidden]'],
    ['twice in one text', `${JWT} ${JWT}`, '[hidden] [hidden]'],
    ['in a path', `/a/${JWT}/b`, '/a/[hidden]/b'],
  ])('hides a token %s', (_, text, seen) => expect(redact(text)).toBe(seen));

  it('cuts a text that nobody reads to its end, and hides what the cut leaves of a secret', () => {
    const seen = redact('x '.repeat(10_000)) as string;
    expect(seen.length).toBeLessThan(9_000);
    expect(seen).toMatch(/ … \d+ characters more$/);
    expect(redact(`${'x '.repeat(4_080)}${JWT.repeat(3)}`)).not.toContain('eyJ');
  });

  it('survives circles', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(JSON.stringify(redact(circle))).toContain('[deep]');
  });
});

it.each([
  ['warn', 'Error: away'],
  ['error', expect.stringMatching(/^Error: away\n {4}at /)],
  ['debug', expect.stringMatching(/^Error: away\n {4}at /)],
])('an error in an entry of level %s has frames where these say more than its message', (level, shown) => {
  const entry = { level, message: 'm', cause: new Error('away'), details: { error: new Error('away') } };
  expect(redaction().transform(entry)).toMatchObject({ cause: shown, details: { error: shown } });
});
