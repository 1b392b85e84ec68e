/** Clients of real servers. */
import { Client } from '../../../libs/client/src/client';
import type { Fetch } from '../../../libs/client/src/http/http-api';
import type { ClientOptions } from '../../../libs/client/src/options';
import { type Guest, playAsGuest } from '../clients/client';

export interface SdkUser extends Guest {
  readonly client: Client;
}

/** Without the policies the client does not pace itself, as a server without limits does not need it to. */
const fetchUnpaced: Fetch = (url, options) =>
  url.endsWith('/policies') ? Promise.reject(new Error('not asked')) : fetch(url, options);

const opened: Client[] = [];
const withoutSlash = (url: string): string => url.replace(/\/$/, '');

/** @param url of the server, or of a gate in front of it. */
export async function openClient(url: string, user: Guest, options: Partial<ClientOptions> = {}): Promise<SdkUser> {
  const client = new Client({
    url: withoutSlash(url),
    getToken: () => user.accessToken,
    fetch: fetchUnpaced,
    ...options,
  });
  opened.push(client);
  await client.connect();
  return { ...user, client };
}

export async function connectGuest(url: string, options: Partial<ClientOptions> = {}): Promise<SdkUser> {
  return openClient(url, await playAsGuest(withoutSlash(url)), options);
}

/** For `afterAll`, before the servers close. */
export function closeSdkClients(): void {
  for (const client of opened.splice(0)) client.close();
}
