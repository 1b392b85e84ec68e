/** Calls of the API by supertest, each from an address of its own, so that limits by address do not matter. */
import request, { type Test } from 'supertest';

let serial = 0;
const ownAddress = (): string => `10.200.${(++serial >> 8) & 255}.${serial & 255}`;

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head';

export interface Session {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  user: { id: string; name: string; roles: string[] };
}

export class Api {
  constructor(readonly url: string) {}

  get(path: string, token?: string): Test {
    return this.call('get', path, token);
  }

  post(path: string, token?: string): Test {
    return this.call('post', path, token);
  }

  delete(path: string, token?: string): Test {
    return this.call('delete', path, token);
  }

  call(method: Method, path: string, token?: string): Test {
    const test = request(this.url)[method](path).set('X-Forwarded-For', ownAddress());
    return token === undefined ? test : test.set('Authorization', `Bearer ${token}`);
  }

  async guest(): Promise<Session> {
    return (await this.post('/api/auth/guest').send({})).body as Session;
  }
}
