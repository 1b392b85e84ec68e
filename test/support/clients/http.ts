/** Plain HTTP for tests that check statuses and errors. */

export interface HttpAnswer {
  status: number;
  body: Record<string, unknown> & { error?: { code: string; requestId: string; details?: unknown } };
}

let callers = 0;

/** Uses another address for each call, so that limits by address do not apply. */
export async function callApi(
  url: string,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: object } = {},
): Promise<HttpAnswer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      'x-forwarded-for': `172.16.${++callers >> 8}.${callers & 255}`,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as HttpAnswer['body'] };
}
