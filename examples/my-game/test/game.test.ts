/** The game over the wire, with its own client. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RequestError } from '@aeturnis/client';
import { useRealtime } from '@aeturnis/realtime';
import { type Camper, joinCamp } from '../client/camp-client';
import { GameModule } from '../src/game.module';

let app: INestApplication;
let url: string;
const players: Camper[] = [];

before(async () => {
  app = await NestFactory.create(GameModule, { logger: ['error'], abortOnError: false });
  useRealtime(app);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

after(async () => {
  for (const { client } of players) client.close();
  await app.close();
});

async function logIn(name: string): Promise<string> {
  const body = JSON.stringify({ name });
  const answer = await fetch(`${url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return ((await answer.json()) as { token: string }).token;
}

async function join(name: string, camp: string, onNews: (news: string) => void = () => undefined): Promise<Camper> {
  const player = await joinCamp(url, await logIn(name), camp, onNews);
  players.push(player);
  return player;
}

test('players at a camp receive greetings and the bell', async () => {
  let onNews: (news: string) => void = () => undefined;
  const nextNews = (): Promise<string> => new Promise((resolve) => (onNews = resolve));
  await join('anna', 'hillside', (news) => onNews(news));
  const greeting = nextNews();
  const ben = await join('ben', 'hillside');
  assert.deepEqual([...ben.members].sort(), ['anna', 'ben']);
  assert.equal(await greeting, 'ben: Hello');
  const bell = nextNews();
  const headers = { authorization: `Bearer ${await logIn('ben')}` };
  const answer = await fetch(`${url}/camps/hillside/bell`, { method: 'POST', headers });
  assert.equal(answer.status, 201);
  assert.equal(await bell, 'ben rings the bell');
});

test('a route of the guard needs a token', async () => {
  const answer = await fetch(`${url}/camps/hillside/bell`, { method: 'POST' });
  assert.equal(answer.status, 401);
});

test('a payload is validated, and a camp can refuse players', async () => {
  const { client } = await join('cleo', 'valley');
  const refusal = async (camp: string, greeting: string): Promise<string> => {
    try {
      await client.request('camp:join', { camp, greeting });
      return 'none';
    } catch (error) {
      return error instanceof RequestError ? error.code : String(error);
    }
  };
  assert.equal(await refusal('Not a camp!', 'Hello'), 'VALIDATION');
  assert.equal(await refusal('valley', ''), 'VALIDATION');
  assert.equal(await refusal('closed', 'Hello'), 'FORBIDDEN');
});
