/** Plain HTTP for tests that look at statuses and errors. */

export interface Answer {
  status: number;
  body: Record<string, unknown> & { error?: { code: string; requestId: string; details?: unknown } };
}

let callers = 0;

/** From an address of its own each time: limits by address are for other tests. */
export async function call(
  url: string,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: object } = {},
): Promise<Answer> {
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
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
}
