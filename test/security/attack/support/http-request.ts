/** One HTTP request from a chosen source address. A failure is an answer with status 0. */
import { Agent, request } from 'node:http';
import type { AttackTarget } from './raw-connection';

export interface AttackRequest {
  readonly method?: string;
  readonly path: string;
  readonly address?: string;
  readonly token?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AttackResponse {
  readonly status: number;
  readonly body: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
const TIMEOUT_MS = 30_000;
const NO_ANSWER: AttackResponse = { status: 0, body: '' };

export function sendRawHttpRequest(
  target: AttackTarget,
  { method = 'GET', path, address, token, body, headers }: AttackRequest,
): Promise<AttackResponse> {
  return new Promise((resolve) => {
    const sent = request(
      {
        ...target,
        agent,
        method,
        path,
        ...(address !== undefined && { localAddress: address }),
        timeout: TIMEOUT_MS,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => resolve(NO_ANSWER));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
        response.on('close', () => resolve(NO_ANSWER));
      },
    );
    sent.on('error', () => resolve(NO_ANSWER));
    sent.on('timeout', () => sent.destroy());
    sent.end(body);
  });
}

export const parseJsonBody = (answer: AttackResponse): Record<string, unknown> => {
  try {
    return JSON.parse(answer.body) as Record<string, unknown>;
  } catch {
    return {};
  }
};
