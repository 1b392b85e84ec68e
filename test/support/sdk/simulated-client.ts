/** A client of the simulated server. */
import { Client } from '../../../libs/client/src/client';
import type { ClientOptions } from '../../../libs/client/src/options';
import { type SimulatedLink, SimulatedServer } from './simulated-server';
import { VirtualClock } from './virtual-clock';

export interface Simulation {
  readonly clock: VirtualClock;
  readonly server: SimulatedServer;
}

export function simulate(): Simulation {
  const clock = new VirtualClock();
  return { clock, server: new SimulatedServer(clock) };
}

export interface SimulatedClient {
  readonly client: Client;
  /** The latest one. */
  link(): SimulatedLink;
}

let serial = 0;

/** Of the user `ada`, unless the options say otherwise. */
export function simulatedClient({ clock, server }: Simulation, options: Partial<ClientOptions> = {}): SimulatedClient {
  let link: SimulatedLink | undefined;
  const token = server.newToken('ada');
  const client = new Client({
    url: 'http://server',
    getToken: () => token,
    clock,
    fetch: () => Promise.reject(new Error('no HTTP here')),
    newId: () => `id${++serial}`,
    openLink: (auth, handlers) => (link = server.openLink(auth, handlers) as SimulatedLink),
    ...options,
  });
  const latest = (): SimulatedLink => {
    if (!link) throw new Error('the client has not tried to connect');
    return link;
  };
  return { client, link: latest };
}

/** Starts to connect and lets the time pass that it takes. */
export async function connectSimulated(
  simulation: Simulation,
  options: Partial<ClientOptions> = {},
): Promise<SimulatedClient> {
  const simulated = simulatedClient(simulation, options);
  const connected = simulated.client.connect();
  await simulation.clock.pass(100);
  await connected;
  return simulated;
}
