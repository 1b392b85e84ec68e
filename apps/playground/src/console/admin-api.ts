/** Requests to the admin API with a fresh access token, which lives in memory alone: no other page can act with it. */
import { requestJson } from '../session/account-api';
import type { Session } from '../session/session';

export type Query = Readonly<Record<string, string | number | undefined>>;

/** All methods reject with a `RequestError`. */
export class AdminApi {
  constructor(private readonly session: Session) {}

  get<Answer>(path: string, query: Query = {}): Promise<Answer> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined && value !== '') search.set(name, String(value));
    const suffix = search.size > 0 ? `?${search}` : '';
    return this.request('GET', `${path}${suffix}`);
  }

  post<Answer>(path: string, body: object = {}): Promise<Answer> {
    return this.request('POST', path, body);
  }

  put<Answer>(path: string, body: object): Promise<Answer> {
    return this.request('PUT', path, body);
  }

  private async request<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    return requestJson<Answer>(`/api/admin/${path}`, {
      method,
      token: await this.session.freshToken(),
      ...(body && { body }),
    });
  }
}
