/** A player of the game, for browsers, React Native and Node.js. */
import { type Client, createClient } from '@aeturnis/client';
// The types of the commands and events of this game; nothing of the file is loaded.
import type {} from '../src/camp.contract';

export interface Camper {
  readonly client: Client;
  /** The names of those at the camp. */
  readonly members: readonly string[];
}

export async function joinCamp(
  url: string,
  token: string,
  camp: string,
  onNews: (news: string) => void,
): Promise<Camper> {
  const client = createClient({ url, getToken: () => token });
  client.on('camp:joined', ({ by, greeting }) => onNews(`${by}: ${greeting}`));
  client.on('camp:bell', ({ by }) => onNews(`${by} rings the bell`));
  await client.connect();
  const { members } = await client.request('camp:join', { camp, greeting: 'Hello' });
  return { client, members };
}
