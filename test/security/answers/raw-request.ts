/** Sends a request of the matrix, and returns the answer with its status, headers and parsed body. */
import type { MatrixRequest } from '../matrix/row';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Null if empty; the text itself if it is not JSON. */
  readonly body: unknown;
}

/** @param route such as `GET /api/characters/{id}`. */
export async function sendRaw(
  url: string,
  route: string,
  { params = {}, query, search, body, headers }: MatrixRequest,
  token?: string,
): Promise<RawAnswer> {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? `{${name}}`);
  const asked = search ?? new URLSearchParams(query).toString();
  const response = await fetch(`${url}${path}${asked === '' ? '' : `?${asked}`}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
