/** Joins a camp and prints what happens there: `npm run play -- anna`. */
import { joinCamp } from './camp-client';

const url = process.env['GAME_URL'] ?? 'http://localhost:3000';

async function main(name = 'anna', camp = 'hillside'): Promise<void> {
  const answer = await fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  const { token } = (await answer.json()) as { token: string };
  const { members } = await joinCamp(url, token, camp, (news) => console.log(news));
  console.log(`At ${camp}: ${members.join(', ')}`);
}

void main(...process.argv.slice(2));
