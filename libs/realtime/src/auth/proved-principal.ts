/** Who holds a token, in the shape that everything behind relies on: the verifier is code of the application. */
import type { Principal } from '@aeturnis/contracts';
import type { TokenVerifier } from './token-verifier';

const isText = (value: unknown): boolean => typeof value === 'string';

const EXPECTED: Readonly<Record<keyof Principal, readonly [isValid: (value: unknown) => boolean, expected: string]>> = {
  userId: [(value) => isText(value) && value !== '', 'a text that is not empty'],
  name: [isText, 'a text'],
  roles: [(value) => Array.isArray(value) && value.every(isText), 'a list of texts'],
  sessionId: [isText, 'a text'],
  expiresAt: [Number.isFinite, 'milliseconds since 1970'],
};

/**
 * @throws what the verifier throws; a TypeError where it returns no complete principal. That is a fault of the application:
 * the client is answered INTERNAL, and the log names the properties.
 */
export async function provedPrincipal(verifier: TokenVerifier, token: string): Promise<Principal> {
  const principal = (await verifier.verify(token)) as Principal | null | undefined;
  if (typeof principal !== 'object' || principal === null)
    throw new TypeError('TokenVerifier.verify() returned no principal: it must return one or throw an AppError');
  const problems = Object.entries(EXPECTED).flatMap(([name, [isValid, expected]]) =>
    isValid(principal[name as keyof Principal]) ? [] : [`${name} must be ${expected}`],
  );
  if (problems.length > 0)
    throw new TypeError(`TokenVerifier.verify() returned a malformed principal: ${problems.join(', ')}`);
  return principal;
}
