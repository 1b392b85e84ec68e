/** Entropy estimates of guessable and random secrets, and what loadConfig accepts in production. */
import { randomBytes } from 'node:crypto';
import { loadConfig } from './app-config';
import { estimateEntropyBits } from './secret-strength';

const STRONG = 80;

describe('estimateEntropyBits', () => {
  it.each([
    ['one character', 'a'.repeat(40)],
    ['two alternating characters', 'ab'.repeat(20)],
    ['two characters in blocks', `${'a'.repeat(20)}${'b'.repeat(20)}`],
    ['a repeated block', 'f3Qx0s9V'.repeat(5)],
    ['a block repeated in another case', `${'f3Qx0s9V'.repeat(2)}${'F3qX0S9v'.repeat(3)}`],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'],
    ['the alphabet backwards', 'zyxwvutsrqponmlkjihgfedcba9876543210'],
    ['digits', '01234567890123456789012345678901'],
    ['rows of a keyboard', 'qwertyuiopasdfghjklzxcvbnm1234567890'],
    ['rows of a German keyboard', 'qwertzuiopasdfghjklyxcvbnm1234567890'],
    ['a default secret', 'changeme-changeme-changeme-changeme'],
    ['a default secret with a number', 'your-super-secret-jwt-key-change-this-in-production-2026'],
    ['a password, repeated and numbered', 'Password1Password2Password3Password4'],
    ['zeros in hexadecimal', '00000000000000000000000000000000ff'],
    ['spaces', `${' '.repeat(40)}x`],
    ['a repeated emoji', '🔑'.repeat(20)],
  ])('%s: is guessable', (_, secret) => {
    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(estimateEntropyBits(secret)).toBeLessThan(STRONG);
  });

  it.each([
    ['hexadecimal of 16 bytes', () => randomBytes(16).toString('hex')],
    ['hexadecimal of 32 bytes', () => randomBytes(32).toString('hex')],
    ['base64 of 24 bytes', () => randomBytes(24).toString('base64')],
    ['base64url of 48 bytes', () => randomBytes(48).toString('base64url')],
    ['a UUID', () => crypto.randomUUID()],
  ])('%s: all of a thousand are strong', (_, make) => {
    const weak = Array.from({ length: 1_000 }, make).filter((secret) => estimateEntropyBits(secret) < STRONG);
    expect(weak).toEqual([]);
  });

  it('a passphrase of random words: is strong', () =>
    expect(estimateEntropyBits('gravel omen tulip brisk walnut ferry cobalt')).toBeGreaterThanOrEqual(STRONG));
});

describe('loadConfig', () => {
  const secret = randomBytes(32).toString('hex');
  const production = { NODE_ENV: 'production', JWT_SECRET: secret, DATABASE_URL: 'postgres://db/x' };

  it.each([
    ['JWT_SECRET', 'a'.repeat(40)],
    ['METRICS_TOKEN', 'metrics-token'],
    ['METRICS_TOKEN', '1234567890123456'],
  ])('refuses a guessable %s in production (%s) without printing it', (name, value) => {
    const refused = (): unknown => loadConfig({ ...production, [name]: value });
    expect(refused).toThrow(`${name} is easy to guess`);
    expect(refused).not.toThrow(value);
  });

  it('accepts random secrets in production, and guessable ones in development', () => {
    expect(loadConfig({ ...production, METRICS_TOKEN: randomBytes(12).toString('hex') }).isProduction).toBe(true);
    expect(loadConfig({ JWT_SECRET: 'a'.repeat(40), METRICS_TOKEN: 'x' }).isProduction).toBe(false);
  });
});
