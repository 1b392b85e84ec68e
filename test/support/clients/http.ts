/** Plain HTTP for tests that check statuses and errors. */

export interface HttpAnswer {
  status: number;
  body: Record<string, unknown> & { error?: { code: string; requestId: string; details?: unknown } };
}

let callers = 0;

/** Long enough for a busy machine. */
const ANSWER_LIMIT_MS = 25_000;

interface ClusterAnswer {
  readonly nodes?: readonly { readonly nodeId: string; readonly answered?: boolean }[];
  readonly unansweredNodes?: readonly string[];
}

/**
 * Repeats a request of an administrator until all nodes have answered it, but for those that are stopped: on a busy machine a
 * node may take longer than the server waits for it.
 */
export async function untilNodesAnswer(
  request: () => Promise<HttpAnswer>,
  stopped: readonly string[] = [],
): Promise<HttpAnswer> {
  for (const end = Date.now() + ANSWER_LIMIT_MS; ;) {
    const answer = await request();
    const { nodes = [], unansweredNodes = [] } = answer.body as ClusterAnswer;
    const silent = nodes.flatMap(({ nodeId, answered }) => (answered === false ? [nodeId] : []));
    if ([...silent, ...unansweredNodes].every((nodeId) => stopped.includes(nodeId)) || Date.now() > end) return answer;
  }
}

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
