/** The routes for accounts. The session is kept in cookies that no script can read; the access token is used in memory. */
import { RequestError } from '@aeturnis/client';
import type { WireError } from '@aeturnis/contracts';

export interface AccountSession {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly user: { readonly id: string; readonly name: string; readonly roles: readonly string[] };
}

interface JsonRequest {
  readonly method: string;
  readonly token?: string;
  readonly body?: object;
}

/** @throws RequestError */
export async function requestJson<Answer>(path: string, { method, token, body }: JsonRequest): Promise<Answer> {
  const headers = {
    accept: 'application/json',
    ...(body && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return answerOf(await reach(path, { method, headers, ...(body && { body: JSON.stringify(body) }) }));
}

/** @throws RequestError */
export const postAccount = <Answer>(path: string, body: object, token?: string): Promise<Answer> =>
  requestJson(path, { method: 'POST', body, ...(token !== undefined && { token }) });

/** For a user beside the session of this browser, whose cookies stay as they are. @throws RequestError */
export async function postWithoutCookies<Answer>(path: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return answerOf(await reach(path, { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit' }));
}

/** @throws RequestError */
export const getJson = <Answer>(path: string, token?: string): Promise<Answer> =>
  requestJson(path, { method: 'GET', ...(token !== undefined && { token }) });

async function reach(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(path, options);
  } catch {
    throw new RequestError('OFFLINE', 'The server cannot be reached', { retryable: true });
  }
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.status === 204 || (response.ok && answer !== undefined)) return answer as Answer;
  const { error } = (answer ?? {}) as { error?: WireError };
  if (error?.code !== undefined) throw RequestError.fromWire(error);
  // Not our server: a proxy without a server behind it, or the login page of a network.
  throw new RequestError('UNAVAILABLE', `The server cannot be reached (${response.status})`, { retryable: true });
}
