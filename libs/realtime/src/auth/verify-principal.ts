/** Verifies a token and checks the shape of the returned principal, because the verifier is code of the application. */
import type { Principal } from '@aeturnis/contracts';
import type { TokenVerifier } from './token-verifier';

type UncheckedPrincipal = Readonly<Record<keyof Principal, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isListOfTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const RULES: readonly { isMet: (principal: UncheckedPrincipal) => boolean; rule: string }[] = [
  { isMet: ({ userId }) => isText(userId) && userId !== '', rule: 'userId must be a text that is not empty' },
  { isMet: ({ name }) => isText(name), rule: 'name must be a text' },
  { isMet: ({ roles }) => isListOfTexts(roles), rule: 'roles must be a list of texts' },
  { isMet: ({ sessionId }) => isText(sessionId), rule: 'sessionId must be a text' },
  { isMet: ({ expiresAt }) => Number.isFinite(expiresAt), rule: 'expiresAt must be milliseconds since 1970' },
];

/**
 * @throws what the verifier throws; a TypeError if it returns an incomplete principal. That is a fault of the application:
 * the handshake fails, a command is answered INTERNAL, and the log names the properties.
 */
export async function verifyPrincipal(verifier: TokenVerifier, token: string): Promise<Principal> {
  const principal = (await verifier.verify(token)) as Principal | null | undefined;
  if (typeof principal !== 'object' || principal === null)
    throw new TypeError('TokenVerifier.verify() returned no principal: it must return one or throw an AppError');
  const problems = describeProblems(principal);
  if (problems !== null) throw new TypeError(`TokenVerifier.verify() returned a malformed principal: ${problems}`);
  return principal;
}

/** Null if the principal is well-formed. Runs for every connection, so it allocates nothing for a well-formed one. */
function describeProblems(principal: UncheckedPrincipal): string | null {
  let problems: string | null = null;
  for (const { isMet, rule } of RULES) if (!isMet(principal)) problems = problems ? `${problems}, ${rule}` : rule;
  return problems;
}
