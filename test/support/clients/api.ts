/** Calls the API by supertest, each time from another address, so that limits by address do not apply. */
import request, { type Test } from 'supertest';

let serial = 0;
const uniqueApiAddress = (): string => `10.200.${(++serial >> 8) & 255}.${serial & 255}`;

export type ApiMethod = 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head';

export interface ApiSession {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  user: { id: string; name: string; roles: string[] };
}

export class Api {
  /** The URL is read at each call, so that a suite can create this before its server has started. */
  constructor(private readonly server: { readonly url: string }) {}

  get(path: string, token?: string): Test {
    return this.call('get', path, token);
  }

  post(path: string, token?: string): Test {
    return this.call('post', path, token);
  }

  delete(path: string, token?: string): Test {
    return this.call('delete', path, token);
  }

  call(method: ApiMethod, path: string, token?: string): Test {
    const test = request(this.server.url)[method](path).set('X-Forwarded-For', uniqueApiAddress());
    return token === undefined ? test : test.set('Authorization', `Bearer ${token}`);
  }

  async guest(): Promise<ApiSession> {
    return (await this.post('/api/auth/guest').send({})).body as ApiSession;
  }
}
