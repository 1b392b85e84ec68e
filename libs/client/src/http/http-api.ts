/** Requests to the HTTP API, as the user of the connection. */
import type { WireError } from '@aeturnis/contracts';
import type { ClientClock } from '../base/clock';
import { RequestError } from '../base/request-error';
import { within } from '../base/within';
import type { GetToken } from '../connection/token-supply';

/** A call that takes longer, with the whole of its answer, is given up. */
const TIMEOUT_MS = 10_000;
/** Besides those of servers: Request Timeout and Too Many Requests. */
const TRANSIENT = [408, 429];

/** As the engine for which an application is compiled declares it. */
type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Known } } ? Known : undefined;
interface Engine {
  readonly AbortController?: new () => { readonly signal: unknown; abort(): void };
}
interface HttpResponse {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}
interface HttpRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** Aborted when the call is given up; absent where the engine has none. */
  readonly signal?: Signal;
}
/** The part of `fetch` that is used. */
export type Fetch = (url: string, options: HttpRequest) => Promise<HttpResponse>;

/** Called on its global object: browsers refuse it on any other. */
export const globalFetch: Fetch = (url, options) => (globalThis as unknown as { fetch: Fetch }).fetch(url, options);

/** A field of the result. An answer without it is not the server's: a captive portal answers everything with 200. */
type FieldOf<Result> = keyof Result & string;
type Query = Readonly<Record<string, string | number | undefined>>;

export class HttpApi {
  private identity: { readonly token: string; readonly userId: string } | undefined;

  constructor(
    private readonly baseUrl: string,
    private readonly getToken: GetToken,
    private readonly fetch: Fetch,
    private readonly clock: ClientClock,
  ) {}

  async get<Result>(path: string, query: Query = {}, field?: FieldOf<Result>): Promise<Result> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = given.map(([name, value]) => `${name}=${encodeURIComponent(value as string)}`).join('&');
    return this.call(await this.getToken(), path + (search && `?${search}`), field);
  }

  /** Without a token: for routes that anyone may read. */
  getPublic<Result>(path: string, field?: FieldOf<Result>): Promise<Result> {
    return this.answerOf(path, { method: 'GET', headers: {} }, field);
  }

  async post<Result>(path: string, body: object, field?: FieldOf<Result>): Promise<Result> {
    return this.call(await this.getToken(), path, field, body);
  }

  /** Asks the server for the user of the application's token. @throws RequestError */
  async userId(): Promise<string> {
    const token = await this.getToken();
    const { id } = await this.call<{ readonly id: string }>(token, '/api/me', 'id');
    this.identity = { token, userId: id };
    return id;
  }

  /** @throws RequestError, `CLOSED` if the application has a token of another user. */
  async postAs<Result>(userId: string, path: string, body: object, field?: FieldOf<Result>): Promise<Result> {
    const token = await this.getToken();
    if (this.identity?.token !== token) await this.userId();
    if (this.identity?.userId !== userId || this.identity.token !== token)
      throw new RequestError('CLOSED', 'another user is connected now', { retryable: true });
    return this.call(token, path, field, body);
  }

  /** GET, or POST with a body. */
  private call<Result>(token: string, path: string, field?: string, body?: object): Promise<Result> {
    const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
    const content = body && { body: JSON.stringify(body) };
    return this.answerOf(path, { method: body ? 'POST' : 'GET', headers, ...content }, field);
  }

  /** @throws RequestError, also if the server cannot be reached (`OFFLINE`) or does not answer (`TIMEOUT`). */
  private answerOf<Result>(path: string, request: HttpRequest, field?: string): Promise<Result> {
    const { AbortController } = globalThis as Engine;
    const controller = AbortController && new AbortController();
    const abortable = { ...request, signal: controller?.signal as never };
    const exchange = (): Promise<Result> => this.exchange(path, abortable, field);
    // Whether `fetch` obeys the signal or not: what waits for this call goes on.
    return within(this.clock, TIMEOUT_MS, path, exchange, () => controller?.abort());
  }

  private async exchange<Result>(path: string, request: HttpRequest, field?: string): Promise<Result> {
    let response: HttpResponse;
    try {
      response = await this.fetch(this.baseUrl + path, request);
    } catch (error) {
      throw new RequestError('OFFLINE', `${path}: ${String(error)}`, { retryable: true });
    }
    const { ok, status } = response;
    const answer: unknown = await response.json().catch(() => null);
    if (ok && typeof answer === 'object' && answer && (!field || field in answer)) return answer as Result;
    const error = (answer as { error?: WireError } | null)?.error;
    if (!ok && error?.retryable !== undefined) throw RequestError.fromWire(error);
    // Of something on the way, whose refusals say nothing about the request.
    const retryable = ok || status >= 500 || TRANSIENT.includes(status);
    throw new RequestError('UNAVAILABLE', `${path} answered ${status}`, { retryable });
  }
}
