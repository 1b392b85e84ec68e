/** What counts as a secret that is hard to guess. */
import { randomBytes } from 'node:crypto';
import { loadConfig } from './app-config';
import { estimatedBits } from './secret-strength';

const STRONG = 80;

describe('estimatedBits', () => {
  it.each([
    ['one character', 'a'.repeat(40)],
    ['two characters in turn', 'ab'.repeat(20)],
    ['two characters in blocks', `${'a'.repeat(20)}${'b'.repeat(20)}`],
    ['a block repeated', 'f3Qx0s9V'.repeat(5)],
    ['a block repeated in another case', `${'f3Qx0s9V'.repeat(2)}${'F3qX0S9v'.repeat(3)}`],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'],
    ['the alphabet backwards', 'zyxwvutsrqponmlkjihgfedcba9876543210'],
    ['digits', '01234567890123456789012345678901'],
    ['rows of a keyboard', 'qwertyuiopasdfghjklzxcvbnm1234567890'],
    ['rows of a German keyboard', 'qwertzuiopasdfghjklyxcvbnm1234567890'],
    ['a default one', 'changeme-changeme-changeme-changeme'],
    ['a default one with a number', 'your-super-secret-jwt-key-change-this-in-production-2026'],
    ['a password, repeated and numbered', 'Password1Password2Password3Password4'],
    ['zeros in hexadecimal', '00000000000000000000000000000000ff'],
    ['spaces', `${' '.repeat(40)}x`],
    ['an emoji, repeated', '🔑'.repeat(20)],
  ])('%s: easy', (_, secret) => {
    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(estimatedBits(secret)).toBeLessThan(STRONG);
  });

  it.each([
    ['hexadecimal of 16 bytes', () => randomBytes(16).toString('hex')],
    ['hexadecimal of 32 bytes', () => randomBytes(32).toString('hex')],
    ['base64 of 24 bytes', () => randomBytes(24).toString('base64')],
    ['base64url of 48 bytes', () => randomBytes(48).toString('base64url')],
    ['a UUID', () => crypto.randomUUID()],
  ])('%s: hard, of a thousand', (_, make) => {
    const easy = Array.from({ length: 1_000 }, make).filter((secret) => estimatedBits(secret) < STRONG);
    expect(easy).toEqual([]);
  });

  it('a passphrase of random words: hard', () =>
    expect(estimatedBits('gravel omen tulip brisk walnut ferry cobalt')).toBeGreaterThanOrEqual(STRONG));
});

describe('loadConfig', () => {
  const secret = randomBytes(32).toString('hex');
  const production = { NODE_ENV: 'production', JWT_SECRET: secret, DATABASE_URL: 'postgres://db/x' };

  it.each([
    ['JWT_SECRET', 'a'.repeat(40)],
    ['METRICS_TOKEN', 'metrics-token'],
    ['METRICS_TOKEN', '1234567890123456'],
  ])('refuses an easy %s in production: %s, without showing it', (name, value) => {
    const refused = (): unknown => loadConfig({ ...production, [name]: value });
    expect(refused).toThrow(`${name} is easy to guess`);
    expect(refused).not.toThrow(value);
  });

  it('takes hard ones in production, and easy ones elsewhere', () => {
    expect(loadConfig({ ...production, METRICS_TOKEN: randomBytes(12).toString('hex') }).production).toBe(true);
    expect(loadConfig({ JWT_SECRET: 'a'.repeat(40), METRICS_TOKEN: 'x' }).production).toBe(false);
  });
});
