/** Calls of the API by supertest, each from an address of its own, so that limits by address do not matter. */
import request, { type Test } from 'supertest';

let serial = 0;
const ownAddress = (): string => `10.200.${(++serial >> 8) & 255}.${serial & 255}`;

export interface Session {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  user: { id: string; name: string; roles: string[] };
}

export class Api {
  constructor(readonly url: string) {}

  get(path: string, token?: string): Test {
    return this.with(request(this.url).get(path), token);
  }

  post(path: string, token?: string): Test {
    return this.with(request(this.url).post(path), token);
  }

  delete(path: string, token?: string): Test {
    return this.with(request(this.url).delete(path), token);
  }

  async guest(): Promise<Session> {
    return (await this.post('/api/auth/guest').send({})).body as Session;
  }

  private with(test: Test, token: string | undefined): Test {
    void test.set('X-Forwarded-For', ownAddress());
    return token === undefined ? test : test.set('Authorization', `Bearer ${token}`);
  }
}
