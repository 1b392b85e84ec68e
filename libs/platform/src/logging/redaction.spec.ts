/** What must never reach a log does not. */
import { redact } from './redaction';

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
