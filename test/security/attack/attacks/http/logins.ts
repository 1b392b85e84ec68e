/** Logins, registrations and tokens by the thousand: without a bound, each costs a hash, a signature or a statement. */
import { randomUUID } from 'node:crypto';
import { type Attack, anonymousAttack } from '../../support/attack';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = (): number => Math.floor(Date.now() / 1_000);
const forged = (sub: unknown): string =>
  `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, sid: randomUUID(), iss: 'aeturnis', aud: 'aeturnis-players', exp: seconds() + 60 })}.${'A'.repeat(43)}`;

const SUBJECTS: readonly unknown[] = [{}, [], null, 1, '', 'a\u0000b', 'x'.repeat(5_000), { toString: 1 }];

export const loginFlood = anonymousAttack('wrong passwords for one name and for many', 16, async (stage, random) => {
  const username = random.chance(50) ? 'somebody' : `user${random.below(10_000)}`;
  const body = JSON.stringify({ username, password: 'x'.repeat(random.pick([8, 72, 1_000])) });
  await stage.request({ method: 'POST', path: '/api/auth/login', body });
});

export const registrationFlood: Attack = {
  name: 'registrations and guests by the hundred',
  by: 'nobody',
  run: (stage) =>
    stage.repeatConcurrently(16, async (index, random) => {
      const username = `flood${index}x${random.below(1_000_000)}`;
      const body = JSON.stringify({ username, password: 'correct horse battery' });
      await stage.request({ method: 'POST', path: '/api/auth/register', body });
      await stage.request({ method: 'POST', path: '/api/auth/guest', body: '{}' });
    }),
};

export const oddTokens = anonymousAttack('tokens with odd subjects, forged and unsigned', 16, async (stage, random) => {
  const token = random.pick([forged(random.pick(SUBJECTS)), 'x'.repeat(9_000), `${part({ alg: 'none' })}.e30.`]);
  const { status } = await stage.request({ path: '/api/me', token });
  if (status >= 500) stage.ledger.recordViolation(`a token is answered with ${status}`);
  await stage.request({ method: 'POST', path: '/api/auth/refresh', body: JSON.stringify({ refreshToken: token }) });
});
