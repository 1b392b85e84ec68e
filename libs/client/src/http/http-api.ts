/** Requests to the HTTP API, as the user of the connection. */
import type { WireError } from '@aeturnis/contracts';
import { RequestError } from '../base/request-error';
import type { GetToken } from '../connection/token-supply';

interface HttpResponse {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}
/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  options: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
) => Promise<HttpResponse>;

export class HttpApi {
  private identity: { readonly token: string; readonly userId: string } | undefined;

  constructor(
    private readonly baseUrl: string,
    private readonly getToken: GetToken,
    private readonly fetch: Fetch,
  ) {}

  get<Result>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<Result> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
    return this.call('GET', search === '' ? path : `${path}?${search}`);
  }

  /** Without a token: for routes that anyone may read. */
  getPublic<Result>(path: string): Promise<Result> {
    return this.answerOf(path, { method: 'GET', headers: {} });
  }

  post<Result>(path: string, body: object): Promise<Result> {
    return this.call('POST', path, body);
  }

  /** Asks the server for the user of the application's token. @throws RequestError */
  async userId(): Promise<string> {
    const token = await this.getToken();
    const { id } = await this.callWith<{ readonly id: string }>(token, 'GET', '/api/me');
    this.identity = { token, userId: id };
    return id;
  }

  /** @throws RequestError, `CLOSED` if the application has a token of another user. */
  async postAs<Result>(userId: string, path: string, body: object): Promise<Result> {
    const token = await this.getToken();
    if (this.identity?.token !== token) await this.userId();
    if (this.identity?.userId !== userId || this.identity.token !== token)
      throw new RequestError('CLOSED', 'another user is connected now', { retryable: true });
    return this.callWith(token, 'POST', path, body);
  }

  /** @throws RequestError, also if the server cannot be reached (`OFFLINE`). */
  private async call<Result>(method: string, path: string, body?: object): Promise<Result> {
    return this.callWith(await this.getToken(), method, path, body);
  }

  private callWith<Result>(token: string, method: string, path: string, body?: object): Promise<Result> {
    const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
    return this.answerOf(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }

  private async answerOf<Result>(path: string, options: Parameters<Fetch>[1]): Promise<Result> {
    const response = await this.send(path, options);
    const answer = await response.json().catch(() => null);
    if (response.ok) return answer as Result;
    const error = (answer as { error?: WireError } | null)?.error;
    if (error) throw RequestError.fromWire(error);
    throw new RequestError('UNAVAILABLE', `${path} answered ${response.status}`, { retryable: response.status >= 500 });
  }

  private async send(path: string, options: Parameters<Fetch>[1]): Promise<HttpResponse> {
    try {
      return await this.fetch(`${this.baseUrl}${path}`, options);
    } catch (error) {
      throw new RequestError('OFFLINE', `${path} could not be reached: ${String(error)}`, { retryable: true });
    }
  }
}
