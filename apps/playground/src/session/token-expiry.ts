/** When an access token has to be replaced. */

/** A token is replaced when it ends sooner. */
const MIN_REST_MS = 30_000;

/** @param token empty if there is none yet. */
export const endsSoon = (token: string): boolean => expiryOf(token) - Date.now() < MIN_REST_MS;

/** Milliseconds since 1970; 0 for no token. */
function expiryOf(token: string): number {
  const [, payload] = token.split('.');
  if (payload === undefined) return 0;
  const { exp } = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) as { exp: number };
  return exp * 1_000;
}
