/** Redaction: no secret reaches the log, and no text of a client can forge or fill it. */
import { redact, redaction } from './redaction';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

describe('redact', () => {
  it('hides secrets by the name of their field at every depth', () => {
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

  it('hides secrets by their form', () => {
    expect(redact(`token ${JWT} refused`)).toBe('token [hidden] refused');
    expect(redact('postgres://user:pass@host/db')).toBe('postgres://user:[hidden]@host/db');
    expect(redact('GET /socket.io/?EIO=4&token=abc&x=1')).toBe('GET /socket.io/?EIO=4&token=[hidden]&x=1');
    expect(redact(new Error(`bad ${JWT}`))).not.toContain(JWT);
  });

  it('hides the parameters of a failed query, also if they contain line breaks', () => {
    const error = new Error('Failed query: insert into x values ($1, $2)\nparams: my secret\n    at night,hash');
    expect(redact(error)).not.toContain('at night');
    expect(redact(error)).toMatch(/^Error: Failed query: insert into x values \(\$1, \$2\)\n {4}at /);
    expect(redact(error.message)).toBe('Failed query: insert into x values ($1, $2)');
  });

  describe('the cause of an error', () => {
    const full = Object.assign(new Error('could not extend file "base/1": No space left on device'), { code: '53100' });
    const failed = new Error('Failed query: insert into x values ($1)\nparams: my secret', { cause: full });

    it('is shown with its code, with and without frames', () => {
      const expected =
        'Error: Failed query: insert into x values ($1) ← Error: could not extend file "base/1": No space left on device [53100]';
      expect(redact(failed, 0, false)).toBe(expected);
      expect(String(redact(failed)).split('\n')[0]).toBe(expected);
    });

    it('is shown without secrets', () => {
      const cause = new Error(`refused ${JWT}`, { cause: new Error('postgres://user:pass@host/db') });
      const redacted = redact(new Error('no', { cause }), 0, false);
      expect(redacted).toBe('Error: no ← Error: refused [hidden] ← Error: postgres://user:[hidden]@host/db');
    });

    it('is shown once, up to a depth of five', () => {
      const one = new Error('one');
      one.cause = new Error('two', { cause: one });
      expect(redact(one, 0, false)).toBe('Error: one ← Error: two');
      let deep = new Error('0');
      for (let n = 1; n < 50; n++) deep = new Error(String(n), { cause: deep });
      expect(String(redact(deep, 0, false)).split(' ← ')).toHaveLength(5);
    });

    it('is shown without its code if the message contains it', () => {
      const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
      expect(redact(error, 0, false)).toBe('Error: connect ECONNREFUSED 127.0.0.1:1');
    });
  });

  it.each([
    ['a refresh token', 'q3b2Jm0T1aVb9Yx8m2tqf0Zr1sL7n4KcWQeUuE5hH3o'],
    ['a refresh token in a path', '/api/auth/q3b2Jm0T1aVb9Yx8m2tqf0Zr1sL7n4KcWQeUuE5hH3o?x=1'],
    ['a token attached to other text', `xx${JWT}`],
    [
      'a token whose header does not begin with eyJ',
      'ewogICJhbGciOiAiUlMyNTYifQ.ewogICJzdWIiOiAieCJ9ewog.c2lnbmF0dXJlc2lnbmF0dXJl',
    ],
    ['a token after a long text', `${'word '.repeat(3_000)}${JWT}`],
    ['a token at the cut of the text', `${'word '.repeat(195)}q3b2Jm0T1aVb9Yx8m2tqf0Zr1sL7n4KcWQeUuE5hH3o`],
    ['a refresh token in a URL', 'https://x.example/?refreshToken=short&a=1'],
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
  ])('does not change %s', (text) => expect(redact(text)).toBe(text));

  it('escapes control characters, so that no text can forge a log line', () => {
    expect(redact('anna\r\n12:00:00.000 error [Auth] root logged in\u001b[2K\u2028x\u202ey')).toBe(
      'anna\\u000d\\n12:00:00.000 error [Auth] root logged in\\u001b[2K\\u2028x\\u202ey',
    );
    expect(redact(new Error('one\ntwo\n    at x'))).toMatch(/^Error: one\\ntwo\\n {4}at x\n {4}at /);
    expect(redact({ 'a\nb': 1 })).toEqual({ 'a\\nb': 1 });
  });

  it('bounds the length of the output, and scans long texts in linear time', () => {
    expect(String(redact('a b '.repeat(1_000))).length).toBeLessThan(1_050);
    expect(String(redact(new Error('x'.repeat(1_000_000)))).length).toBeLessThan(10_000);
    expect(redact(Array.from({ length: 500 }, () => 1))).toHaveLength(100);
    // Each of these would take minutes with a regular expression that backtracks.
    for (const part of ['a', 'A.', 'eyJ', 'eyJ.', 'a://', '?token=', '\n'])
      expect(String(redact(part.repeat(1_000_000))).length).toBeLessThan(10_000);
  });

  it.each([
    ['inside other letters', `id-${JWT}-x`, 'id-[hidden]'],
    ['after a part that begins like a token', `eyJ.${JWT}`, 'eyJ.[hidden]'],
    ['twice in one text', `${JWT} ${JWT}`, '[hidden] [hidden]'],
    ['in a path', `/a/${JWT}/b`, '/a/[hidden]/b'],
  ])('hides a token %s', (_, text, seen) => expect(redact(text)).toBe(seen));

  it('cuts a long text, and leaves no part of a secret at the cut', () => {
    const seen = redact('x '.repeat(10_000)) as string;
    expect(seen.length).toBeLessThan(9_000);
    expect(seen).toMatch(/ … \d+ characters more$/);
    expect(redact(`${'x '.repeat(4_080)}${JWT.repeat(3)}`)).not.toContain('eyJ');
  });

  it('cuts circular objects at the maximum depth', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(JSON.stringify(redact(circle))).toContain('[deep]');
  });
});

it.each([
  ['warn', 'Error: away'],
  ['error', expect.stringMatching(/^Error: away\n {4}at /)],
  ['debug', expect.stringMatching(/^Error: away\n {4}at /)],
])('an error in an entry of level %s: has stack frames except at expected levels', (level, shown) => {
  const entry = { level, message: 'm', cause: new Error('away'), details: { error: new Error('away') } };
  expect(redaction().transform(entry)).toMatchObject({ cause: shown, details: { error: shown } });
});
