/** Password hashes: salted, checked in constant time, and bounded in concurrency. */
import { loadConfig } from '@aeturnis/platform';
import { Passwords } from './passwords';

describe('Passwords', () => {
  const passwords = new Passwords({ passwordHashCost: 8 });
  const right = 'correct horse battery';

  it('matches the right password only', async () => {
    const hash = await passwords.hash(right);
    expect(hash).toMatch(/^\$scrypt\$ln=8,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await passwords.matches(right, hash)).toBe(true);
    expect(await passwords.matches(`${right} `, hash)).toBe(false);
    expect(await passwords.matches('', hash)).toBe(false);
  });

  it('hashes by default with 32 MiB (N = 2^15, r = 8, p = 3), and matches hashes of another cost', async () => {
    const { passwordHashCost } = loadConfig({ NODE_ENV: 'test' });
    const hash = await new Passwords({ passwordHashCost }).hash(right);
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    expect(await passwords.matches(right, hash)).toBe(true);
    expect(passwords.isOutdated(hash)).toBe(true);
  });

  it('salts each hash', async () => {
    const [first, second] = await Promise.all([passwords.hash(right), passwords.hash(right)]);
    expect(first).not.toBe(second);
  });

  it('treats composed and decomposed letters as equal', async () => {
    expect(await passwords.matches('Pa\u0301sswort', await passwords.hash('P\u00e1sswort'))).toBe(true);
  });

  it('matches no password without a hash', async () => {
    expect(await passwords.matches(right, null)).toBe(false);
    expect(await passwords.matches('', null)).toBe(false);
  });

  it('checks hashes with other costs, and reports them as outdated', async () => {
    // The third test vector of RFC 7914: password 'pleaseletmein', salt 'SodiumChloride', N = 2^14, r = 8, p = 1.
    const key =
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887';
    const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
    const vector = `$scrypt$ln=14,r=8,p=1$${text(Buffer.from('SodiumChloride'))}$${text(Buffer.from(key, 'hex'))}`;
    expect(await passwords.matches('pleaseletmein', vector)).toBe(true);
    expect(passwords.isOutdated(vector)).toBe(true);
    expect(passwords.isOutdated(await passwords.hash(right))).toBe(false);
  });

  it('refuses checks while too many wait', async () => {
    const crowd = await Promise.allSettled(Array.from({ length: 64 }, () => passwords.matches('x', CHEAP)));
    const refused = crowd.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused[0]?.reason).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 3000 });
    expect(await passwords.matches('x', CHEAP)).toBe(false);
  });
});

const CHEAP = `$scrypt$ln=8,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
